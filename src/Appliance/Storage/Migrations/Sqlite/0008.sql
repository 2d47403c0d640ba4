-- People who may use the API, what they log in with and what they did. Secrets are kept as hashes only.
CREATE TABLE people (
    name VARCHAR(64) PRIMARY KEY,
    role VARCHAR(16) NOT NULL,
    password_hash TEXT NOT NULL,
    must_change INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    last_login_at TEXT
);

CREATE TABLE web_sessions (
    id_hash VARCHAR(64) PRIMARY KEY,
    previous_hash VARCHAR(64),
    person VARCHAR(64) NOT NULL REFERENCES people (name),
    csrf VARCHAR(64) NOT NULL,
    created_at TEXT NOT NULL,
    rotated_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    source VARCHAR(64) NOT NULL
);
CREATE INDEX web_sessions_previous ON web_sessions (previous_hash);
CREATE INDEX web_sessions_person ON web_sessions (person);

CREATE TABLE api_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person VARCHAR(64) NOT NULL REFERENCES people (name),
    name VARCHAR(255) NOT NULL,
    token_hash VARCHAR(64) NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    last_used_at TEXT
);
CREATE INDEX api_tokens_person ON api_tokens (person);

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    who VARCHAR(64) NOT NULL,
    source VARCHAR(64) NOT NULL,
    operation VARCHAR(255) NOT NULL,
    target TEXT NOT NULL,
    input TEXT NOT NULL,
    before_state TEXT,
    after_state TEXT
);
