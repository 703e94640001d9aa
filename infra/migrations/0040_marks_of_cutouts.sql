-- Every card whose first step cuts the garment out can take what the merchant drew on the photo, for a cut-out that is to be
-- made again. Written against what the cards say by now, not as whole texts.

INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at)
SELECT v.feature_id, v.version + 1,
  JSON_SET(
    JSON_ARRAY_APPEND(v.card_json, '$.form',
      JSON_EXTRACT('{"type":"marks","name":"marks","labelZh":"抠图标记","labelEn":"Marks for the cut-out","photo":"photo"}', '$')),
    '$.pipeline[0].params.marks', JSON_EXTRACT('{"form":"marks"}', '$')),
  'migration', '2026-11-26 00:00:00.000'
FROM feature_versions v JOIN features f ON f.id = v.feature_id AND f.version = v.version
WHERE JSON_UNQUOTE(JSON_EXTRACT(v.card_json, '$.pipeline[0].processor')) IN ('cutout', 'basic-clean');

UPDATE features
SET form_json = JSON_ARRAY_APPEND(form_json, '$',
    JSON_EXTRACT('{"type":"marks","name":"marks","labelZh":"抠图标记","labelEn":"Marks for the cut-out","photo":"photo"}', '$')),
  pipeline_json = JSON_SET(pipeline_json, '$[0].params.marks', JSON_EXTRACT('{"form":"marks"}', '$')),
  version = version + 1
WHERE JSON_UNQUOTE(JSON_EXTRACT(pipeline_json, '$[0].processor')) IN ('cutout', 'basic-clean');
