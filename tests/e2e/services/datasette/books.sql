CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO authors VALUES (1, 'Jane Austen'), (2, 'Mary Shelley');
CREATE TABLE books (
  id INTEGER PRIMARY KEY,
  title TEXT,
  year INTEGER,
  author INTEGER REFERENCES authors (id)
);
INSERT INTO books VALUES
  (1, 'Sense and Sensibility', 1811, 1),
  (2, 'Pride and Prejudice', 1813, 1),
  (3, 'Frankenstein', 1818, 2);
