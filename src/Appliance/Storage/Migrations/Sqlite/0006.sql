-- Groups of gateways to one provider. Lists are separated by commas; truth values are 0 and 1; a cost is a decimal as text.
CREATE TABLE carriers (
    name VARCHAR(64) PRIMARY KEY,
    enabled INTEGER NOT NULL,
    sources TEXT NOT NULL,
    inbound_user VARCHAR(64),
    auth_user VARCHAR(255),
    auth_password VARCHAR(255),
    auth_realm VARCHAR(255),
    register INTEGER NOT NULL,
    registrar TEXT,
    register_seconds INTEGER NOT NULL,
    srtp VARCHAR(10) NOT NULL,
    codecs VARCHAR(255) NOT NULL,
    max_calls INTEGER NOT NULL,
    max_calls_per_second INTEGER NOT NULL,
    max_call_seconds INTEGER NOT NULL,
    dispatch VARCHAR(20) NOT NULL,
    strip INTEGER NOT NULL,
    prefix VARCHAR(32) NOT NULL,
    format VARCHAR(20) NOT NULL,
    country_code VARCHAR(8) NOT NULL,
    national_prefix VARCHAR(8) NOT NULL,
    international_prefix VARCHAR(8) NOT NULL,
    caller_id VARCHAR(64),
    caller_id_from_user INTEGER NOT NULL,
    identity VARCHAR(32) NOT NULL,
    privacy_allowed INTEGER NOT NULL,
    diversion INTEGER NOT NULL,
    probe INTEGER NOT NULL,
    probe_seconds INTEGER NOT NULL,
    probe_down INTEGER NOT NULL,
    probe_up INTEGER NOT NULL,
    probe_accepted VARCHAR(255) NOT NULL,
    cost VARCHAR(32) NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE TABLE gateways (
    carrier VARCHAR(64) NOT NULL REFERENCES carriers (name),
    name VARCHAR(64) NOT NULL,
    uri VARCHAR(255) NOT NULL,
    priority INTEGER NOT NULL,
    weight INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    draining INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (carrier, name)
);

-- What a number of ours rings when it is called from outside; carrier '': whichever the call comes from.
CREATE TABLE dids (
    number VARCHAR(64) NOT NULL,
    is_prefix INTEGER NOT NULL,
    carrier VARCHAR(64) NOT NULL,
    kind VARCHAR(20) NOT NULL,
    target TEXT NOT NULL,
    forward_to VARCHAR(64),
    forward_always INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (number, is_prefix, carrier)
);

CREATE TABLE routes (
    name VARCHAR(64) PRIMARY KEY,
    priority INTEGER NOT NULL,
    caller_prefix VARCHAR(64) NOT NULL,
    called_prefix VARCHAR(64) NOT NULL,
    action VARCHAR(20) NOT NULL,
    carriers TEXT NOT NULL,
    time_window VARCHAR(255),
    cost VARCHAR(32),
    enabled INTEGER NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE ring_groups (
    name VARCHAR(64) PRIMARY KEY,
    method VARCHAR(20) NOT NULL,
    members TEXT NOT NULL,
    ring_seconds INTEGER NOT NULL,
    otherwise VARCHAR(64),
    created_at TEXT NOT NULL
);

CREATE TABLE forwards (
    user_name VARCHAR(64) PRIMARY KEY REFERENCES users (name),
    always_to VARCHAR(64),
    busy_to VARCHAR(64),
    no_answer_to VARCHAR(64),
    no_answer_seconds INTEGER NOT NULL,
    updated_at TEXT NOT NULL
);

-- Numbers with a rule of their own: blocked, blockedcaller, emergency.
CREATE TABLE number_rules (
    number VARCHAR(64) NOT NULL,
    is_prefix INTEGER NOT NULL,
    kind VARCHAR(20) NOT NULL,
    note VARCHAR(255) NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (number, is_prefix, kind)
);
INSERT INTO number_rules (number, is_prefix, kind, note, created_at) VALUES
    ('112', 0, 'emergency', 'European Union and mobile networks', '1970-01-01T00:00:00.000Z'),
    ('911', 0, 'emergency', 'North America', '1970-01-01T00:00:00.000Z');

-- The number that the outside sees when this user calls, in E.164 with +.
ALTER TABLE users ADD COLUMN caller_id VARCHAR(64);
