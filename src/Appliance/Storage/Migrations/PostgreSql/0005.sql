-- What a leg's media was protected with (NULL: nothing), and how the other party's sound got to it: relayed, transcoded (NULL: none did).
ALTER TABLE call_legs ADD COLUMN encryption VARCHAR(64);
ALTER TABLE call_legs ADD COLUMN bridging VARCHAR(16);
