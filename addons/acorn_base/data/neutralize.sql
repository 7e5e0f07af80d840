-- A copied database must not talk to anybody's customers in the name of the original:
-- shops rest until a person connects them again (none probes itself back to life).
UPDATE acorn_shop
   SET state = 'paused',
       probe_after = NULL
 WHERE state != 'draft';

-- The lanes rest, too, also where other crons are switched on again for tests.
UPDATE ir_cron
   SET active = false
  FROM ir_act_server
 WHERE ir_act_server.id = ir_cron.ir_actions_server_id
   AND ir_act_server.code = 'model._cron_lane()';

-- Nor does it write into the original's groups.
UPDATE acorn_webhook
   SET active = false,
       url_sealed = NULL,
       url_mask = NULL,
       signing_secret_sealed = NULL,
       signing_secret_mask = NULL;

DELETE FROM acorn_webhook_delivery;

-- Who watches the original learns nothing of its copy.
DELETE FROM ir_config_parameter WHERE key = 'acorn_base.monitor_token';
