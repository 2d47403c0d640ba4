-- Codecs of a user in order of preference, separated by commas; empty: those of the host.
ALTER TABLE users ADD COLUMN codecs VARCHAR(255) NOT NULL DEFAULT '';
