-- Sources and accounts that are kept out.
CREATE TABLE bans (
    kind VARCHAR(10) NOT NULL,
    subject VARCHAR(255) NOT NULL,
    reason VARCHAR(255) NOT NULL,
    banned_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    dropped BIGINT NOT NULL,
    PRIMARY KEY (kind, subject)
);

-- What was kept out, ever.
CREATE TABLE defence_counters (
    name VARCHAR(40) PRIMARY KEY,
    value BIGINT NOT NULL
);

-- What users have used of a day's and a night's minutes to the outside; the days are the fraud guard's, as YYYY-MM-DD.
CREATE TABLE guard_usage (
    user_name VARCHAR(64) PRIMARY KEY,
    day VARCHAR(10) NOT NULL,
    seconds BIGINT NOT NULL,
    night VARCHAR(10) NOT NULL,
    night_seconds BIGINT NOT NULL,
    refused BIGINT NOT NULL
);
