-- The two roles of the service, for a superuser to run once on a new server:
--   psql -v owner_password=… -v app_password=… -f roles.sql
-- `owner` owns every table and runs migrations; `app` does everything else and owns nothing.
CREATE ROLE owner LOGIN CREATEDB PASSWORD :'owner_password';
CREATE ROLE app LOGIN PASSWORD :'app_password';
CREATE DATABASE pleingre OWNER owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE pleingre FROM PUBLIC;
GRANT CONNECT ON DATABASE pleingre TO app;
