/** A film rental: enum, domain, arrays, full text, a partitioned table, triggers that keep times of changes. */
export const RENTAL = `
CREATE SCHEMA rental;
SET search_path = rental;
CREATE TYPE rating AS ENUM ('G', 'PG', 'PG-13', 'R', 'NC-17');
CREATE DOMAIN release_year AS int CHECK (VALUE BETWEEN 1901 AND 2155);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.last_update = clock_timestamp(); RETURN NEW; END $$;
CREATE TABLE film (
  film_id serial PRIMARY KEY, title text NOT NULL, released release_year, length smallint, rate numeric(4,2) NOT NULL DEFAULT 4.99,
  rating rating DEFAULT 'G', features text[], words tsvector, last_update timestamptz NOT NULL DEFAULT now());
CREATE TABLE staff (staff_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, picture bytea, active boolean NOT NULL,
  last_update timestamptz NOT NULL DEFAULT now());
CREATE TABLE payment (payment_id bigserial, amount numeric(5,2) NOT NULL, paid date NOT NULL, last_update timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (paid, payment_id)) PARTITION BY RANGE (paid);
CREATE TABLE payment_2024_01 PARTITION OF payment FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE payment_2024_02 PARTITION OF payment FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
CREATE TRIGGER film_touch BEFORE UPDATE ON film FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER staff_touch BEFORE UPDATE ON staff FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW film_list AS SELECT film_id, upper(title) AS title, rate FROM film;
INSERT INTO film (title, released, length, rating, features, words)
  SELECT 'Film ' || n, 1950 + n, 60 + n, (enum_range(NULL::rating))[1 + n % 5], ARRAY['Trailers', NULL, 'Cut "' || n || '"'], to_tsvector('english', 'a film of cats')
  FROM generate_series(1, 60) n;
INSERT INTO staff (name, picture, active) VALUES ('Mike', '\\x89504e47', true), ('Jon', NULL, false);
INSERT INTO payment (amount, paid) SELECT n, date '2024-01-01' + n FROM generate_series(0, 59) n;`;

/** A trading house: short keys, keys of several columns, names in mixed case, many nulls. */
export const TRADE = `
CREATE SCHEMA trade;
SET search_path = trade;
CREATE TABLE customers (customer_id char(5) PRIMARY KEY, company varchar(40) NOT NULL, region varchar(15), fax varchar(24));
CREATE TABLE categories (category_id smallint PRIMARY KEY, name varchar(15) NOT NULL, description text, picture bytea);
CREATE TABLE orders (order_id smallint PRIMARY KEY, customer_id char(5) REFERENCES customers, ordered date, shipped date, freight real);
CREATE TABLE "Order Details" ("OrderID" smallint REFERENCES orders, "ProductID" smallint, "UnitPrice" real NOT NULL, quantity smallint NOT NULL,
  discount real NOT NULL, PRIMARY KEY ("OrderID", "ProductID"));
INSERT INTO customers VALUES ('ALFKI', 'Alfreds Futterkiste', NULL, '030-0076545'), ('BON', 'Bon app''', 'PACA', NULL);
INSERT INTO categories VALUES (1, 'Beverages', 'Soft drinks, coffees, teas', '\\x'), (2, 'Condiments', NULL, NULL);
INSERT INTO orders VALUES (10248, 'ALFKI', '1996-07-04', '1996-07-16', 32.38), (10249, 'BON', '1996-07-05', NULL, NULL);
INSERT INTO "Order Details" VALUES (10248, 11, 14, 12, 0), (10248, 42, 9.8, 10, 0.15), (10249, 14, 18.6, 9, 0);`;
