BEGIN TRANSACTION;
CREATE TABLE articles (
	unit INTEGER NOT NULL, 
	aid BIGINT NOT NULL, 
	status TEXT NOT NULL, 
	content_hash TEXT, 
	revision INTEGER NOT NULL, 
	date_published TEXT, 
	catid BIGINT, 
	comment_count BIGINT, 
	last_comment_id BIGINT, 
	first_seen DOUBLE NOT NULL, 
	last_seen DOUBLE NOT NULL, 
	next_at DOUBLE, 
	missing_since DOUBLE, 
	missing_times INTEGER DEFAULT '0' NOT NULL, 
	extractor BIGINT, 
	PRIMARY KEY (unit)
);
INSERT INTO "articles" VALUES(2,1,'published','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',1,'2026-03-14T20:00:00+08:00',7,2,9,1773500966.0,1773500966.0,1773594566.0,NULL,0,5);
INSERT INTO "articles" VALUES(3,2,'published','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',1,'2026-03-14T20:00:00+08:00',7,2,9,1773500966.0,1773508166.0,1773522566.0,NULL,0,5);
INSERT INTO "articles" VALUES(4,3,'published','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',1,'2026-03-14T20:00:00+08:00',7,NULL,NULL,1773500966.0,1773500966.0,NULL,NULL,0,5);
CREATE TABLE categories (
	"key" TEXT NOT NULL, 
	catid BIGINT, 
	name TEXT, 
	url TEXT, 
	folder TEXT, 
	parent_key TEXT, 
	pages INTEGER, 
	per_page INTEGER, 
	complete_to TEXT, 
	head JSON NOT NULL, 
	head_at DOUBLE, 
	state TEXT NOT NULL, 
	seen_at DOUBLE, 
	listed BIGINT, 
	"end" TEXT, 
	walked_at DOUBLE, 
	swept_to INTEGER, 
	swept_at DOUBLE, 
	PRIMARY KEY ("key")
);
INSERT INTO "categories" VALUES('7',7,'新闻',NULL,NULL,NULL,1,15,'','[3,2,1]',NULL,'open',1773500966.0,3,'empty',1773500966.0,NULL,NULL);
CREATE TABLE changes (
	run INTEGER NOT NULL, 
	catid BIGINT NOT NULL, 
	what TEXT NOT NULL, 
	articles BIGINT NOT NULL, 
	PRIMARY KEY (run, catid, what)
);
INSERT INTO "changes" VALUES(1,7,'new',3);
INSERT INTO "changes" VALUES(2,7,'comments',0);
INSERT INTO "changes" VALUES(2,7,'unchanged',1);
INSERT INTO "changes" VALUES(2,7,'new',0);
CREATE TABLE holdings (
	catid BIGINT NOT NULL, 
	status TEXT NOT NULL, 
	articles BIGINT NOT NULL, 
	PRIMARY KEY (catid, status)
);
INSERT INTO "holdings" VALUES(7,'published',3);
CREATE TABLE lines (
	part INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	unit INTEGER NOT NULL, 
	catid BIGINT NOT NULL, 
	what TEXT NOT NULL, 
	payload JSON, 
	kept JSON, 
	"before" JSON, 
	"after" JSON, 
	PRIMARY KEY (part, number)
)
 WITHOUT ROWID

;
INSERT INTO "lines" VALUES(2,1,2,7,'comments',NULL,NULL,'{"aid":1,"status":"published","content_hash":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","revision":1,"date_published":"2026-03-14T20:00:00+08:00","catid":7,"comment_count":2,"last_comment_id":9,"next_at":1773594566.0,"missing_since":null,"missing_times":0,"extractor":5,"first_seen":1773500966.0,"last_seen":1773500966.0}','{"aid":1,"status":"published","content_hash":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","revision":1,"date_published":"2026-03-14T20:00:00+08:00","catid":7,"comment_count":3,"last_comment_id":12,"next_at":1773522566.0,"missing_since":null,"missing_times":0,"extractor":5,"first_seen":1773500966.0,"last_seen":1773508166.0}');
INSERT INTO "lines" VALUES(2,2,5,7,'new',NULL,NULL,NULL,'{"aid":4,"status":"published","content_hash":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","revision":1,"date_published":"2026-03-14T20:00:00+08:00","catid":7,"comment_count":3,"last_comment_id":12,"next_at":1773522566.0,"missing_since":null,"missing_times":0,"extractor":5,"first_seen":1773508166.0,"last_seen":1773508166.0}');
CREATE TABLE meta (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "meta" VALUES('version','2');
INSERT INTO "meta" VALUES('highest_aid','4');
CREATE TABLE parts (
	seq INTEGER NOT NULL, 
	run INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	length BIGINT NOT NULL, 
	records INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	opened_at DOUBLE NOT NULL, 
	target TEXT NOT NULL, 
	sha256 TEXT, 
	published_at DOUBLE, 
	position INTEGER, 
	accepted_at DOUBLE, 
	metrics JSON, 
	reasons JSON, 
	PRIMARY KEY (seq), 
	UNIQUE (run, number)
);
INSERT INTO "parts" VALUES(1,1,1,33,3,'published',1773500966.0,'articles/20260314T150926Z-portal-0001.jsonl','deb003393aef36977a25c36ac5d6926a601b885e130eca376d2077e0e1eaefcf',1773500966.0,1,NULL,'{"aids":[1,2,3]}',NULL);
INSERT INTO "parts" VALUES(2,2,1,22,2,'quarantined',1773508166.0,'quarantine/20260314T170926Z-portal-0001.jsonl','0c3e6b948328ea4f556ff72dda79edffdfe3c5be174a3bc087eaff8574592558',NULL,NULL,NULL,'{"aids":[1,4]}','["coverage: 0 %"]');
CREATE TABLE runs (
	seq INTEGER NOT NULL, 
	run_id TEXT NOT NULL, 
	job TEXT NOT NULL, 
	spider TEXT NOT NULL, 
	adopts BOOLEAN NOT NULL, 
	state TEXT NOT NULL, 
	started_at DOUBLE NOT NULL, 
	ended_at DOUBLE, 
	exit_code INTEGER, 
	stats JSON, 
	PRIMARY KEY (seq), 
	UNIQUE (run_id)
);
INSERT INTO "runs" VALUES(1,'20260314T150926Z-portal','portal {}','portal',1,'finished',1773500966.0,1773500966.0,0,'{}');
INSERT INTO "runs" VALUES(2,'20260314T170926Z-portal','portal {}','portal',1,'finished',1773508166.0,1773508166.0,5,'{}');
INSERT INTO "runs" VALUES(3,'20260314T170927Z-held','held','held',0,'abandoned',1773508166.0,1773508166.0,NULL,NULL);
CREATE TABLE tallies (
	run INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	state TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	units BIGINT NOT NULL, 
	PRIMARY KEY (run, kind, state, reason)
);
INSERT INTO "tallies" VALUES(0,'article','done','',3);
INSERT INTO "tallies" VALUES(0,'listing','done','',1);
INSERT INTO "tallies" VALUES(1,'article','done','',-2);
INSERT INTO "tallies" VALUES(2,'article','todo','',0);
INSERT INTO "tallies" VALUES(2,'article','done','',0);
INSERT INTO "tallies" VALUES(2,'article','done','unchanged',1);
INSERT INTO "tallies" VALUES(3,'article','todo','quarantined',2);
CREATE TABLE units (
	seq INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	number BIGINT, 
	page INTEGER NOT NULL, 
	payload JSON, 
	priority INTEGER NOT NULL, 
	run INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	tries INTEGER NOT NULL, 
	next_at DOUBLE, 
	settled_at DOUBLE, 
	catid BIGINT, 
	PRIMARY KEY (seq), 
	UNIQUE ("key")
);
INSERT INTO "units" VALUES(1,'listing/7/1','listing',7,1,NULL,0,1,'done','',0,NULL,1773500966.0,NULL);
INSERT INTO "units" VALUES(2,'article/1','article',1,1,NULL,0,3,'todo','quarantined',0,NULL,NULL,7);
INSERT INTO "units" VALUES(3,'article/2','article',2,1,NULL,0,2,'done','unchanged',0,NULL,1773500966.0,7);
INSERT INTO "units" VALUES(4,'article/3','article',3,1,NULL,0,1,'done','',0,NULL,1773500966.0,7);
INSERT INTO "units" VALUES(5,'article/4','article',4,1,NULL,0,3,'todo','quarantined',0,NULL,NULL,7);
CREATE INDEX runs_unfinished ON runs (seq) WHERE state IN ('running', 'interrupted');
CREATE INDEX units_skipped ON units (seq) WHERE state = 'skipped';
CREATE INDEX units_todo ON units (run, kind, priority DESC, seq) WHERE state = 'todo';
CREATE INDEX units_failed_of_run ON units (run, next_at) WHERE state = 'failed';
CREATE INDEX units_unrecorded ON units (catid, kind, state, reason) WHERE state != 'done';
CREATE INDEX units_failed ON units (next_at) WHERE state = 'failed';
CREATE INDEX articles_due ON articles (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX parts_position ON parts (position);
CREATE INDEX parts_open ON parts (seq) WHERE state != 'published';
COMMIT;
