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
	comment_ids JSON, 
	validators JSON, 
	PRIMARY KEY (unit)
);
INSERT INTO "articles" VALUES(1,1,'published',NULL,1,NULL,NULL,NULL,NULL,1773500966.0,1773500966.0,NULL,NULL,0,NULL,NULL,NULL);
INSERT INTO "articles" VALUES(2,2,'published',NULL,1,NULL,NULL,NULL,NULL,1773500966.0,1773500966.0,NULL,NULL,0,NULL,NULL,NULL);
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
CREATE TABLE changes (
	run INTEGER NOT NULL, 
	catid BIGINT NOT NULL, 
	what TEXT NOT NULL, 
	articles BIGINT NOT NULL, 
	PRIMARY KEY (run, catid, what)
);
INSERT INTO "changes" VALUES(1,-1,'new',2);
CREATE TABLE holdings (
	catid BIGINT NOT NULL, 
	status TEXT NOT NULL, 
	articles BIGINT NOT NULL, 
	PRIMARY KEY (catid, status)
);
INSERT INTO "holdings" VALUES(-1,'published',2);
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
INSERT INTO "lines" VALUES(1,1,1,-1,'new',NULL,NULL,NULL,NULL);
INSERT INTO "lines" VALUES(1,2,2,-1,'new',NULL,NULL,NULL,NULL);
CREATE TABLE media (
	"key" TEXT NOT NULL, 
	url TEXT NOT NULL, 
	aid BIGINT NOT NULL, 
	seen_at DOUBLE NOT NULL, 
	sha256 TEXT, 
	extension TEXT, 
	size BIGINT, 
	name TEXT, 
	etag TEXT, 
	last_modified TEXT, 
	reason TEXT NOT NULL, 
	PRIMARY KEY ("key")
)
 WITHOUT ROWID

;
INSERT INTO "media" VALUES('a.jpg','http://www.example.com/a.jpg',1,1773500966.0,'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','jpg',9,NULL,NULL,NULL,'');
CREATE TABLE meta (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "meta" VALUES('version','3');
INSERT INTO "meta" VALUES('highest_aid','2');
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
INSERT INTO "parts" VALUES(1,1,1,22,2,'writing',1773500966.0,'',NULL,NULL,NULL,NULL,NULL,NULL);
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
INSERT INTO "runs" VALUES(1,'20260314T150926Z-portal','portal {}','portal',1,'interrupted',1773500966.0,1773500966.0,8,'{}');
CREATE TABLE strays (
	aid BIGINT NOT NULL, 
	at DOUBLE NOT NULL, 
	PRIMARY KEY (aid)
)
 WITHOUT ROWID

;
INSERT INTO "strays" VALUES(2,1773500966.0);
CREATE TABLE tallies (
	run INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	state TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	units BIGINT NOT NULL, 
	PRIMARY KEY (run, kind, state, reason)
);
INSERT INTO "tallies" VALUES(1,'article','todo','',1);
INSERT INTO "tallies" VALUES(1,'article','done','',2);
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
INSERT INTO "units" VALUES(1,'article/1','article',1,1,NULL,0,1,'done','',0,NULL,1773500966.0,NULL);
INSERT INTO "units" VALUES(2,'article/2','article',2,1,NULL,0,1,'done','',0,NULL,1773500966.0,NULL);
INSERT INTO "units" VALUES(3,'article/3','article',3,1,'{}',0,1,'todo','',0,NULL,NULL,NULL);
CREATE INDEX runs_unfinished ON runs (seq) WHERE state IN ('running', 'interrupted');
CREATE INDEX units_failed_of_run ON units (run, next_at) WHERE state = 'failed';
CREATE INDEX units_unrecorded ON units (catid, kind, state, reason) WHERE state != 'done';
CREATE INDEX units_failed ON units (next_at) WHERE state = 'failed';
CREATE INDEX units_todo ON units (run, kind, priority DESC, seq) WHERE state = 'todo';
CREATE INDEX units_skipped ON units (seq) WHERE state = 'skipped';
CREATE INDEX articles_due ON articles (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX parts_position ON parts (position);
CREATE INDEX parts_open ON parts (seq) WHERE state != 'published';
CREATE INDEX strays_at ON strays (at);
CREATE INDEX media_missing ON media ("key") WHERE sha256 IS NULL;
COMMIT;
