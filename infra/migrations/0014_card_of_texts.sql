-- The card of texts: no photo, its task starts at once.
INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at)
VALUES ('copywriting', 2, '{"id":"copywriting","nameZh":"文案","nameEn":"Copywriting","category":"marketing","descriptionZh":"按模板写出商品标题、卖点和详情文案（模板文案 · 非 AI 生成）","descriptionEn":"Title, selling points and details written from templates, not by AI","credits":1,"access":"basic","enabled":true,"position":5,"form":[{"type":"text","name":"name","labelZh":"商品名称","labelEn":"Product","required":true,"minLength":1,"maxLength":40},{"type":"text","name":"nameEn","labelZh":"英文名称","labelEn":"Name in English","maxLength":60},{"type":"radio","name":"category","labelZh":"品类","labelEn":"Kind","options":[{"value":"top","labelZh":"上装","labelEn":"Top"},{"value":"trousers","labelZh":"裤装","labelEn":"Trousers"},{"value":"dress","labelZh":"连衣裙","labelEn":"Dress"},{"value":"outerwear","labelZh":"外套","labelEn":"Outerwear"},{"value":"other","labelZh":"其他","labelEn":"Other"}],"default":"other"},{"type":"text","name":"material","labelZh":"面料","labelEn":"Material","maxLength":40},{"type":"number","name":"priceYuan","labelZh":"价格（元）","labelEn":"Price in yuan","min":0.01,"max":999999,"step":0.01},{"type":"text","name":"storeName","labelZh":"店铺名","labelEn":"Shop","maxLength":30}],"pipeline":[{"name":"text","nameZh":"文案","nameEn":"Text","processor":"text-bundle","inputs":[],"params":{"name":{"form":"name"},"nameEn":{"form":"nameEn"},"category":{"form":"category"},"material":{"form":"material"},"priceYuan":{"form":"priceYuan"},"storeName":{"form":"storeName"}},"units":1,"timeLimitSeconds":30,"attempts":3,"engines":["embedded"]}],"outputs":[{"step":"text","name":"*","contentType":"text/plain"}]}',
  'migration', '2026-11-26 00:00:00.000');

UPDATE features SET version = 2,
  name_zh = '文案',
  name_en = 'Copywriting',
  category = 'marketing',
  summary_zh = '按模板写出商品标题、卖点和详情文案（模板文案 · 非 AI 生成）',
  summary_en = 'Title, selling points and details written from templates, not by AI',
  credits = 1,
  access = 'basic',
  enabled = 1,
  max_inputs = 0,
  form_json = '[{"type":"text","name":"name","labelZh":"商品名称","labelEn":"Product","required":true,"minLength":1,"maxLength":40},{"type":"text","name":"nameEn","labelZh":"英文名称","labelEn":"Name in English","maxLength":60},{"type":"radio","name":"category","labelZh":"品类","labelEn":"Kind","options":[{"value":"top","labelZh":"上装","labelEn":"Top"},{"value":"trousers","labelZh":"裤装","labelEn":"Trousers"},{"value":"dress","labelZh":"连衣裙","labelEn":"Dress"},{"value":"outerwear","labelZh":"外套","labelEn":"Outerwear"},{"value":"other","labelZh":"其他","labelEn":"Other"}],"default":"other"},{"type":"text","name":"material","labelZh":"面料","labelEn":"Material","maxLength":40},{"type":"number","name":"priceYuan","labelZh":"价格（元）","labelEn":"Price in yuan","min":0.01,"max":999999,"step":0.01},{"type":"text","name":"storeName","labelZh":"店铺名","labelEn":"Shop","maxLength":30}]',
  pipeline_json = '[{"name":"text","nameZh":"文案","nameEn":"Text","processor":"text-bundle","inputs":[],"params":{"name":{"form":"name"},"nameEn":{"form":"nameEn"},"category":{"form":"category"},"material":{"form":"material"},"priceYuan":{"form":"priceYuan"},"storeName":{"form":"storeName"}},"units":1,"timeLimitSeconds":30,"attempts":3,"engines":["embedded"],"results":["*"]}]',
  outputs_json = '[{"name":"*","contentType":"text/plain"}]',
  position = 5,
  closed_zh = '',
  closed_en = ''
WHERE id = 'copywriting' AND version = 1;
