-- Cards of the engines that answer at once: open where AI_ENGINES names theirs, closed everywhere else. The AI model's twelve poses are asked of
-- aiart when MPS has used up its attempts; aiart wants to be told what kind of garment it is. Written against what that card says by now.

INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at)
VALUES ('ai_background', 1, '{"id":"ai_background","nameZh":"AI 商品背景","nameEn":"AI background","category":"product","descriptionZh":"给商品换上 AI 生成的背景","descriptionEn":"A background made by AI behind the product","credits":1,"access":"member","enabled":true,"position":9,"form":[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"textarea","name":"background","labelZh":"背景描述","labelEn":"Background","hintZh":"例如：木质桌面，清晨的阳光","hintEn":"For example: a wooden table in the morning sun","maxLength":256},{"type":"text","name":"product","labelZh":"商品名称","labelEn":"Product","maxLength":50},{"type":"radio","name":"size","labelZh":"画面","labelEn":"Format","options":[{"value":"square","labelZh":"方形","labelEn":"Square"},{"value":"portrait","labelZh":"竖版 9:16","labelEn":"Portrait 9:16"},{"value":"landscape","labelZh":"横版 16:9","labelEn":"Landscape 16:9"}],"default":"square"}],"pipeline":[{"name":"prepare","nameZh":"商品抠图","nameEn":"Cut-out","processor":"basic-clean","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":300,"attempts":3,"engines":["embedded"]},{"name":"background","nameZh":"AI 背景","nameEn":"Background","processor":"replace-background","inputs":[{"step":"prepare","output":"white.jpg"}],"params":{"background":{"form":"background"},"product":{"form":"product"},"size":{"form":"size"}},"units":1,"timeLimitSeconds":300,"attempts":3,"engines":["tencent-aiart"]},{"name":"mark","nameZh":"AI 标识","nameEn":"AI mark","processor":"ai-mark","inputs":[{"step":"background","as":"images"}],"params":{},"units":1,"timeLimitSeconds":60,"attempts":3,"engines":["embedded"]}],"outputs":[{"step":"mark","name":"*","contentType":"image/jpeg"}]}',
  'migration', '2026-11-26 00:00:00.000');

INSERT INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled, max_inputs, form_json, pipeline_json, outputs_json, position, closed_zh, closed_en)
VALUES ('ai_background', 1, 'AI 商品背景', 'AI background', 'product', '给商品换上 AI 生成的背景', 'A background made by AI behind the product',
  1, 'member', 1, 1,
  '[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"textarea","name":"background","labelZh":"背景描述","labelEn":"Background","hintZh":"例如：木质桌面，清晨的阳光","hintEn":"For example: a wooden table in the morning sun","maxLength":256},{"type":"text","name":"product","labelZh":"商品名称","labelEn":"Product","maxLength":50},{"type":"radio","name":"size","labelZh":"画面","labelEn":"Format","options":[{"value":"square","labelZh":"方形","labelEn":"Square"},{"value":"portrait","labelZh":"竖版 9:16","labelEn":"Portrait 9:16"},{"value":"landscape","labelZh":"横版 16:9","labelEn":"Landscape 16:9"}],"default":"square"}]',
  '[{"name":"prepare","nameZh":"商品抠图","nameEn":"Cut-out","processor":"basic-clean","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":300,"attempts":3,"engines":["embedded"],"results":[]},{"name":"background","nameZh":"AI 背景","nameEn":"Background","processor":"replace-background","inputs":[{"step":"prepare","output":"white.jpg"}],"params":{"background":{"form":"background"},"product":{"form":"product"},"size":{"form":"size"}},"units":1,"timeLimitSeconds":300,"attempts":3,"engines":["tencent-aiart"],"results":[]},{"name":"mark","nameZh":"AI 标识","nameEn":"AI mark","processor":"ai-mark","inputs":[{"step":"background","as":"images"}],"params":{},"units":1,"timeLimitSeconds":60,"attempts":3,"engines":["embedded"],"results":["*"]}]',
  '[{"name":"*","contentType":"image/jpeg"}]',
  9, '', '');

INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at)
VALUES ('photo_upscale', 1, '{"id":"photo_upscale","nameZh":"高清放大","nameEn":"Upscale","category":"product","descriptionZh":"AI 把照片的宽和高放大 2 倍或 4 倍","descriptionEn":"Two or four times as wide and high, by AI","credits":1,"access":"basic","enabled":true,"position":10,"form":[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"radio","name":"magnify","labelZh":"放大","labelEn":"Times","options":[{"value":"2","labelZh":"2 倍","labelEn":"2 times"},{"value":"4","labelZh":"4 倍","labelEn":"4 times"}],"default":"2"}],"pipeline":[{"name":"upscale","nameZh":"高清放大","nameEn":"Upscale","processor":"upscale","inputs":[{"form":"photo"}],"params":{"magnify":{"form":"magnify"}},"units":1,"timeLimitSeconds":300,"attempts":3,"engines":["tencent-ci"]}],"outputs":[{"step":"upscale","name":"*","contentType":"image/jpeg"}]}',
  'migration', '2026-11-26 00:00:00.000');

INSERT INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled, max_inputs, form_json, pipeline_json, outputs_json, position, closed_zh, closed_en)
VALUES ('photo_upscale', 1, '高清放大', 'Upscale', 'product', 'AI 把照片的宽和高放大 2 倍或 4 倍', 'Two or four times as wide and high, by AI',
  1, 'basic', 1, 1,
  '[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"radio","name":"magnify","labelZh":"放大","labelEn":"Times","options":[{"value":"2","labelZh":"2 倍","labelEn":"2 times"},{"value":"4","labelZh":"4 倍","labelEn":"4 times"}],"default":"2"}]',
  '[{"name":"upscale","nameZh":"高清放大","nameEn":"Upscale","processor":"upscale","inputs":[{"form":"photo"}],"params":{"magnify":{"form":"magnify"}},"units":1,"timeLimitSeconds":300,"attempts":3,"engines":["tencent-ci"],"results":["*"]}]',
  '[{"name":"*","contentType":"image/jpeg"}]',
  10, '', '');

INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at)
SELECT v.feature_id, v.version + 1,
  JSON_SET(
    JSON_ARRAY_APPEND(v.card_json, '$.form', JSON_EXTRACT('{"type":"radio","name":"garment","labelZh":"品类","labelEn":"Kind","options":[{"value":"upper","labelZh":"上装","labelEn":"Top"},{"value":"lower","labelZh":"下装","labelEn":"Bottoms"},{"value":"dress","labelZh":"连衣裙","labelEn":"Dress"}],"default":"upper"}', '$')),
    '$.pipeline[1].params.garment', JSON_EXTRACT('{"form":"garment"}', '$'),
    '$.pipeline[1].engines', JSON_EXTRACT('["tencent-mps","tencent-aiart"]', '$')),
  'migration', '2026-11-26 00:00:00.000'
FROM feature_versions v JOIN features f ON f.id = v.feature_id AND f.version = v.version
WHERE f.id = 'model_pose12' AND JSON_UNQUOTE(JSON_EXTRACT(v.card_json, '$.pipeline[1].processor')) = 'model-try-on';

UPDATE features
SET form_json = JSON_ARRAY_APPEND(form_json, '$', JSON_EXTRACT('{"type":"radio","name":"garment","labelZh":"品类","labelEn":"Kind","options":[{"value":"upper","labelZh":"上装","labelEn":"Top"},{"value":"lower","labelZh":"下装","labelEn":"Bottoms"},{"value":"dress","labelZh":"连衣裙","labelEn":"Dress"}],"default":"upper"}', '$')),
  pipeline_json = JSON_SET(pipeline_json,
    '$[1].params.garment', JSON_EXTRACT('{"form":"garment"}', '$'),
    '$[1].engines', JSON_EXTRACT('["tencent-mps","tencent-aiart"]', '$')),
  version = version + 1
WHERE id = 'model_pose12' AND JSON_UNQUOTE(JSON_EXTRACT(pipeline_json, '$[1].processor')) = 'model-try-on';
