-- A small shop: customers, products, and orders whose state changes.
create type order_status as enum ('placed', 'paid', 'shipped', 'cancelled');

create table customers (
  id bigint generated always as identity primary key,
  name text not null,
  city text,
  updated_at timestamptz not null default now()
);

create table products (
  id bigint generated always as identity primary key,
  sku varchar(12) not null unique,
  title text not null,
  price numeric(10, 2) not null,
  updated_at timestamptz not null default now()
);

create table orders (
  id bigint generated always as identity primary key,
  customer_id bigint not null references customers,
  product_id bigint not null references products,
  quantity integer not null check (quantity > 0),
  total numeric(10, 2) not null,
  status order_status not null default 'placed',
  updated_at timestamptz not null default now()
);
create index on orders (updated_at, id);

-- The connector finds changed rows by the time of their last change, so every update has to set it.
create function touch() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  return new;
end
$$;
create trigger touch before update on customers for each row execute function touch();
create trigger touch before update on products for each row execute function touch();
create trigger touch before update on orders for each row execute function touch();

insert into customers (name, city) values
  ('Ada Berger', 'Vienna'),
  ('Ben Okafor', 'Lagos'),
  ('Chiara Rossi', null);

insert into products (sku, title, price) values
  ('TEA-100', 'Green tea, 100 g', 4.50),
  ('MUG-01', 'Mug with a dent', 12.00),
  ('KTL-07', 'Kettle', 39.90);

insert into orders (customer_id, product_id, quantity, total, status) values
  (1, 1, 2, 9.00, 'shipped'),
  (2, 3, 1, 39.90, 'paid'),
  (1, 2, 4, 48.00, 'placed'),
  (3, 1, 1, 4.50, 'cancelled');
