-- How many orders of a day were paid after they had run out.

ALTER TABLE day_figures ADD COLUMN late_orders INT UNSIGNED NOT NULL DEFAULT 0;

UPDATE day_figures SET late_orders = (
  SELECT COUNT(*) FROM payments p JOIN orders o ON o.id = p.order_id
  WHERE p.disposition = 'granted' AND p.created_at >= day - INTERVAL 8 HOUR AND p.created_at < day + INTERVAL 16 HOUR
    AND p.created_at >= o.expires_at);
