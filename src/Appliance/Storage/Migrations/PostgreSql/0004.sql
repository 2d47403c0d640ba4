-- Whether a user's media is encrypted: off, optional, required.
ALTER TABLE users ADD COLUMN srtp VARCHAR(10) NOT NULL DEFAULT 'optional';
