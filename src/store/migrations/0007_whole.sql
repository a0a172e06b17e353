-- Whether what the source carries seems to be the whole article; NULL where nobody has looked yet.
ALTER TABLE entries ADD COLUMN is_whole INTEGER;
