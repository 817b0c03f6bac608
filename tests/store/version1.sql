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
	PRIMARY KEY (unit)
);
INSERT INTO "articles" VALUES(1,1,'published','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',1,'2026-03-01T08:00:00+08:00',7,2,9,1773500966.0,1773500966.0);
INSERT INTO "articles" VALUES(2,2,'published',NULL,1,NULL,7,NULL,NULL,1773500966.0,1773500966.0);
INSERT INTO "articles" VALUES(3,30,'published',NULL,1,NULL,NULL,NULL,NULL,1773500966.0,1773500966.0);
INSERT INTO "articles" VALUES(5,31,'published',NULL,1,NULL,8,NULL,NULL,1773504566.0,1773504566.0);
INSERT INTO "articles" VALUES(6,32,'published',NULL,1,NULL,8,NULL,NULL,1773504566.0,1773504566.0);
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
	PRIMARY KEY ("key")
);
INSERT INTO "categories" VALUES('7',7,'新闻',NULL,NULL,NULL,3,NULL,'','[30,2]',NULL,'open',1773500966.0);
CREATE TABLE meta (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "meta" VALUES('version','1');
INSERT INTO "meta" VALUES('fact:style','{"article": "article-{aid}-{page}.html"}');
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
	PRIMARY KEY (seq), 
	UNIQUE (run, number)
);
INSERT INTO "parts" VALUES(1,1,1,34,3,'published',1773500966.0,'articles/20260314T150926Z-portal-0001.jsonl','2a84e3c5c38fe6d1cd61c807015d41bc81a2367a92d8d9c2bba45d28c8c89505',1773500966.0);
INSERT INTO "parts" VALUES(2,2,1,24,2,'writing',1773504566.0,'',NULL,NULL);
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
INSERT INTO "runs" VALUES(1,'20260314T150926Z-portal','portal {}','portal',1,'finished',1773500966.0,1773500966.0,0,'{"pages":4}');
INSERT INTO "runs" VALUES(2,'20260314T160926Z-backfill','backfill {}','backfill',1,'interrupted',1773504566.0,1773504566.0,8,'{}');
CREATE TABLE tallies (
	run INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	state TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	units BIGINT NOT NULL, 
	PRIMARY KEY (run, kind, state, reason)
);
INSERT INTO "tallies" VALUES(1,'article','todo','',0);
INSERT INTO "tallies" VALUES(1,'listing','todo','',0);
INSERT INTO "tallies" VALUES(1,'listing','done','',1);
INSERT INTO "tallies" VALUES(1,'article','done','',2);
INSERT INTO "tallies" VALUES(2,'article','todo','',2);
INSERT INTO "tallies" VALUES(2,'article','done','',2);
INSERT INTO "tallies" VALUES(2,'article','failed','timeout',1);
INSERT INTO "tallies" VALUES(2,'article','skipped','robots',1);
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
	PRIMARY KEY (seq), 
	UNIQUE ("key")
);
INSERT INTO "units" VALUES(1,'article/1','article',1,1,'{"cover":"c.jpg"}',0,2,'todo','',0,NULL,1773500966.0);
INSERT INTO "units" VALUES(2,'article/2','article',2,1,NULL,0,1,'done','',0,NULL,1773500966.0);
INSERT INTO "units" VALUES(3,'article/30','article',30,1,NULL,0,1,'done','',0,NULL,1773500966.0);
INSERT INTO "units" VALUES(4,'listing/7/1','listing',7,1,NULL,0,1,'done','',0,NULL,1773500966.0);
INSERT INTO "units" VALUES(5,'article/31','article',31,1,NULL,0,2,'done','',0,NULL,1773504566.0);
INSERT INTO "units" VALUES(6,'article/32','article',32,1,NULL,0,2,'done','',0,NULL,1773504566.0);
INSERT INTO "units" VALUES(7,'article/33','article',33,1,'{}',0,2,'failed','timeout',1,1773504626.0,NULL);
INSERT INTO "units" VALUES(8,'article/34','article',34,1,'{}',0,2,'skipped','robots',0,NULL,1773504566.0);
INSERT INTO "units" VALUES(9,'article/35','article',35,1,'{}',0,2,'todo','',0,NULL,NULL);
CREATE INDEX units_failed ON units (next_at) WHERE state = 'failed';
CREATE INDEX units_failed_of_run ON units (run, next_at) WHERE state = 'failed';
CREATE INDEX units_skipped ON units (seq) WHERE state = 'skipped';
CREATE INDEX units_todo ON units (run, kind, priority DESC, seq) WHERE state = 'todo';
COMMIT;
