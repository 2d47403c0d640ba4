-- Extensions of SIP by carrier: 100rel (host, off, supported, required), and session timers in seconds (0: none, -1: those of the host).
ALTER TABLE carriers ADD COLUMN reliable VARCHAR(10) NOT NULL DEFAULT 'host';
ALTER TABLE carriers ADD COLUMN session_seconds INTEGER NOT NULL DEFAULT -1;
