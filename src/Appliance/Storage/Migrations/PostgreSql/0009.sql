-- The carrier that a leg came from or went to, and its gateway (NULL: one of ours).
ALTER TABLE call_legs ADD COLUMN carrier VARCHAR(64);
ALTER TABLE call_legs ADD COLUMN gateway VARCHAR(64);
