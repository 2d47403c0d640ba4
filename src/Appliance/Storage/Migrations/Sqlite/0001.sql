-- Times are UTC as ISO 8601 text of fixed width (2026-01-31T09:30:00.000Z), so that they sort.
CREATE TABLE settings (
    name VARCHAR(64) PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE users (
    name VARCHAR(64) PRIMARY KEY,
    display_name VARCHAR(255) NOT NULL,
    realm VARCHAR(255) NOT NULL,
    ha1_md5 VARCHAR(32) NOT NULL,
    ha1_sha256 VARCHAR(64) NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE TABLE registrations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_name VARCHAR(64) NOT NULL REFERENCES users (name),
    contact_uri TEXT NOT NULL,
    instance_id TEXT,
    reg_id INTEGER NOT NULL,
    q DOUBLE PRECISION NOT NULL,
    call_id TEXT NOT NULL,
    cseq BIGINT NOT NULL,
    expires_at TEXT NOT NULL,
    source TEXT NOT NULL,
    path TEXT,
    user_agent TEXT,
    node VARCHAR(64)
);
CREATE INDEX registrations_user ON registrations (user_name);

CREATE TABLE extensions (
    number VARCHAR(64) PRIMARY KEY,
    kind VARCHAR(20) NOT NULL,
    target TEXT NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE agents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    extension VARCHAR(20) NOT NULL UNIQUE,
    name VARCHAR(255) NOT NULL,
    email VARCHAR(255),
    status VARCHAR(20) NOT NULL DEFAULT 'available',
    current_calls INTEGER NOT NULL DEFAULT 0,
    total_calls INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE TABLE call_logs (
    call_id VARCHAR(255) PRIMARY KEY,
    from_number VARCHAR(255) NOT NULL,
    to_number VARCHAR(255) NOT NULL,
    status VARCHAR(20) NOT NULL,
    start_time TEXT NOT NULL,
    end_time TEXT,
    duration INTEGER,
    recording_url TEXT,
    created_at TEXT NOT NULL,
    reason VARCHAR(255),
    agent_extension VARCHAR(20),
    node VARCHAR(64)
);
CREATE INDEX call_logs_start ON call_logs (start_time);
CREATE INDEX call_logs_open ON call_logs (node) WHERE end_time IS NULL;

CREATE TABLE active_calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    call_id VARCHAR(255) NOT NULL UNIQUE REFERENCES call_logs (call_id),
    from_number VARCHAR(255) NOT NULL,
    to_number VARCHAR(255) NOT NULL,
    agent_extension VARCHAR(20) REFERENCES agents (extension),
    status VARCHAR(20) NOT NULL,
    started_at TEXT NOT NULL,
    node VARCHAR(64)
);
CREATE INDEX active_calls_agent ON active_calls (agent_extension);

CREATE TABLE call_legs (
    call_id VARCHAR(255) NOT NULL REFERENCES call_logs (call_id),
    leg INTEGER NOT NULL,
    direction VARCHAR(8) NOT NULL,
    peer TEXT NOT NULL,
    sip_call_id TEXT NOT NULL,
    transport VARCHAR(8) NOT NULL,
    codec VARCHAR(32),
    start_time TEXT NOT NULL,
    answer_time TEXT,
    end_time TEXT NOT NULL,
    sip_status INTEGER NOT NULL,
    cause VARCHAR(255) NOT NULL,
    packets_sent BIGINT NOT NULL,
    packets_received BIGINT NOT NULL,
    packets_lost BIGINT NOT NULL,
    jitter_ms DOUBLE PRECISION NOT NULL,
    rtt_ms DOUBLE PRECISION,
    PRIMARY KEY (call_id, leg)
);

CREATE TABLE ivr_menus (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    menu_id VARCHAR(50) NOT NULL UNIQUE,
    name VARCHAR(255) NOT NULL,
    welcome_message TEXT NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE ivr_menu_options (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    menu_id VARCHAR(50) NOT NULL REFERENCES ivr_menus (menu_id),
    digit VARCHAR(1) NOT NULL,
    action_type VARCHAR(20) NOT NULL,
    action_value TEXT,
    created_at TEXT NOT NULL,
    UNIQUE (menu_id, digit)
);
