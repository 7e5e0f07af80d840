-- Nothing is left that Amazon would let in.
UPDATE acorn_shop
   SET amazon_refresh_token_sealed = NULL,
       amazon_refresh_token_mask = NULL;

UPDATE acorn_amazon_app
   SET client_secret_sealed = NULL,
       client_secret_mask = NULL,
       earlier_secret_sealed = NULL,
       earlier_secret_until = NULL;

DELETE FROM acorn_amazon_token;
