-- What walls and maps show of a source is when it last brought something that they show. That it spoke at all, told beside
-- the incidents that came of it, is when a dispute came in; and of a source that brings nothing else, how many a day.

ALTER TABLE sources ADD COLUMN shown_at timestamptz;
UPDATE sources SET shown_at = last_seen_at WHERE kind NOT IN ('incidents', 'sms');
