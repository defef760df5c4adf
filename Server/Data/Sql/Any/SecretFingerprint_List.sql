-- All fingerprints. Rows: name, fingerprint.
select name, fingerprint from secret_fingerprint
