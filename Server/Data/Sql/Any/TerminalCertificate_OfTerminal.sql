-- Certificates of a terminal, the newest first. Parameter: terminalId. Rows: TerminalCertificateRow. Index: terminal_certificate_terminal.
select serial, issued_at, expires_at, revoked_at from terminal_certificate where terminal_id = @terminalId order by issued_at desc limit 20
