-- A history written by MaskWatch at commit d653927, before 0.1: two runs, one event not delivered yet.
-- Its counts have one column per state (table shares).
PRAGMA auto_vacuum=INCREMENTAL;
PRAGMA application_id=1297573238;
PRAGMA user_version=1;
PRAGMA journal_mode=WAL;
BEGIN TRANSACTION;
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    incident TEXT NOT NULL,
    kind TEXT NOT NULL,
    rule TEXT NOT NULL,
    camera TEXT NOT NULL,
    zone TEXT,
    tracker_ids TEXT NOT NULL,
    state TEXT NOT NULL,
    confidence REAL NOT NULL,
    people INTEGER NOT NULL,
    started_at REAL NOT NULL,
    at REAL NOT NULL,
    duration_s REAL NOT NULL,
    quiet INTEGER NOT NULL,
    reason TEXT NOT NULL
);
INSERT INTO "events" VALUES(1,'3b3f5e6d99ae47149c3a49cf55da322f','ec6aaba42b7c4bdc90bdbf6d31f05a33','camera','','door',NULL,'[]','connecting',0.0,0,1772434799.0,1772434799.0,0.0,0,'');
INSERT INTO "events" VALUES(2,'b7a27fb692da4dcf9c1ee9078309f112','95b94a79ea714761b85725f8329bf553','camera','','door',NULL,'[]','live',0.0,0,1772434800.0,1772434800.0,0.0,0,'');
INSERT INTO "events" VALUES(3,'11111111111111111111111111111111','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','new','no-mask','door','counter','[7]','without_mask',0.91,1,1772434858.0,1772434860.0,2.0,0,'');
INSERT INTO "events" VALUES(4,'22222222222222222222222222222222','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','end','no-mask','door','counter','[7]','without_mask',0.91,1,1772434858.0,1772434900.0,40.0,0,'');
INSERT INTO "events" VALUES(5,'2780c84896c44ca290f8649f93541c09','895184e2fbde41b8b523d1e5c0beb7ea','camera','','door',NULL,'[]','ended',0.0,0,1772435400.0,1772435400.0,0.0,0,'the watch was stopped');
CREATE TABLE outbox (
    sender TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (sender, seq)
) WITHOUT ROWID;
INSERT INTO "outbox" VALUES('hook',3);
CREATE TABLE shares (
    camera TEXT NOT NULL,
    zone TEXT NOT NULL,
    start REAL NOT NULL,
    run TEXT NOT NULL,
    length_s REAL NOT NULL,
    with_mask INTEGER NOT NULL,
    worn_incorrectly INTEGER NOT NULL,
    without_mask INTEGER NOT NULL,
    PRIMARY KEY (camera, zone, start, run)
) WITHOUT ROWID;
INSERT INTO "shares" VALUES('door','',1772434800.0,'03c55c95deac4dafa3ca219419d8aacd',300.0,4,1,2);
INSERT INTO "shares" VALUES('door','',1772434800.0,'8b1bb8e3aebf447796f215a24b7e475f',300.0,2,0,0);
INSERT INTO "shares" VALUES('door','',1772435100.0,'03c55c95deac4dafa3ca219419d8aacd',300.0,0,0,0);
INSERT INTO "shares" VALUES('door','counter',1772434800.0,'03c55c95deac4dafa3ca219419d8aacd',300.0,1,0,2);
CREATE INDEX events_by_time ON events (at);
CREATE INDEX events_by_incident ON events (incident);
CREATE INDEX shares_by_time ON shares (start);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',5);
COMMIT;
