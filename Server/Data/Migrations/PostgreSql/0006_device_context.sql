-- The SNMP context in which a device is asked in version 3; null is the default one.
alter table device add column v3_context text;
