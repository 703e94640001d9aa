-- The cards that stand in this product from its first day. Those that wait for a processor or an engine are closed, and say so.

INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at)
VALUES ('basic_clean', 1, '{"id":"basic_clean","nameZh":"基础修图","nameEn":"Basic clean-up","category":"product","descriptionZh":"一张随手拍的照片，得到透明抠图、白底主图和增强原图","descriptionEn":"One snapshot in: a transparent cut-out, a white-background main image and an enhanced photo out","credits":1,"access":"basic","enabled":true,"position":1,"form":[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true}],"pipeline":[{"name":"clean","nameZh":"修图","nameEn":"Clean-up","processor":"basic-clean","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"]}],"outputs":[{"step":"clean","name":"cutout.png","contentType":"image/png"},{"step":"clean","name":"white.jpg","contentType":"image/jpeg"},{"step":"clean","name":"enhanced.jpg","contentType":"image/jpeg"}]}',
  'migration', '2026-11-26 00:00:00.000');

UPDATE features SET form_json = '[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true}]',
  pipeline_json = '[{"name":"clean","nameZh":"修图","nameEn":"Clean-up","processor":"basic-clean","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"],"results":["cutout.png","white.jpg","enhanced.jpg"]}]'
WHERE id = 'basic_clean';

INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at)
VALUES ('storyboard_template', 1, '{"id":"storyboard_template","nameZh":"模板分镜","nameEn":"Template storyboard","category":"storyboard","descriptionZh":"一张照片生成 12 张分镜和一张拼图（模板分镜 · 非 AI 生成）","descriptionEn":"Twelve frames and a grid from one photo, made from templates, not by AI","credits":1,"access":"basic","enabled":false,"closedZh":"处理步骤尚未上线，上线后开放","closedEn":"Opens when its processing steps are live","position":2,"form":[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"text","name":"title","labelZh":"标题","labelEn":"Title","maxLength":20},{"type":"text","name":"subtitle","labelZh":"副标题","labelEn":"Subtitle","maxLength":30}],"pipeline":[{"name":"cut","nameZh":"抠图","nameEn":"Cut-out","processor":"cutout","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"]},{"name":"frames","nameZh":"分镜","nameEn":"Frames","processor":"storyboard-template","inputs":[{"form":"photo"},{"step":"cut","output":"cutout.png","as":"cutout"}],"params":{"title":{"form":"title"},"subtitle":{"form":"subtitle"}},"units":1,"timeLimitSeconds":120,"attempts":3,"engines":["embedded"]},{"name":"grid","nameZh":"拼图","nameEn":"Grid","processor":"grid","inputs":[{"step":"frames","as":"images"}],"params":{"layout":{"value":"3x4"}},"units":1,"timeLimitSeconds":60,"attempts":3,"engines":["embedded"]}],"outputs":[{"step":"frames","name":"*","contentType":"image/jpeg"},{"step":"grid","name":"*","contentType":"image/jpeg"}]}',
  'migration', '2026-11-26 00:00:00.000');

INSERT INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled, max_inputs, form_json, pipeline_json, outputs_json, position, closed_zh, closed_en)
VALUES ('storyboard_template',
  1,
  '模板分镜',
  'Template storyboard',
  'storyboard',
  '一张照片生成 12 张分镜和一张拼图（模板分镜 · 非 AI 生成）',
  'Twelve frames and a grid from one photo, made from templates, not by AI',
  1,
  'basic',
  0,
  1,
  '[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"text","name":"title","labelZh":"标题","labelEn":"Title","maxLength":20},{"type":"text","name":"subtitle","labelZh":"副标题","labelEn":"Subtitle","maxLength":30}]',
  '[{"name":"cut","nameZh":"抠图","nameEn":"Cut-out","processor":"cutout","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"],"results":[]},{"name":"frames","nameZh":"分镜","nameEn":"Frames","processor":"storyboard-template","inputs":[{"form":"photo"},{"step":"cut","output":"cutout.png","as":"cutout"}],"params":{"title":{"form":"title"},"subtitle":{"form":"subtitle"}},"units":1,"timeLimitSeconds":120,"attempts":3,"engines":["embedded"],"results":["*"]},{"name":"grid","nameZh":"拼图","nameEn":"Grid","processor":"grid","inputs":[{"step":"frames","as":"images"}],"params":{"layout":{"value":"3x4"}},"units":1,"timeLimitSeconds":60,"attempts":3,"engines":["embedded"],"results":["*"]}]',
  '[{"name":"*","contentType":"image/jpeg"},{"name":"*","contentType":"image/jpeg"}]',
  2,
  '处理步骤尚未上线，上线后开放',
  'Opens when its processing steps are live');

INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at)
VALUES ('platform_pack', 1, '{"id":"platform_pack","nameZh":"平台套图","nameEn":"Platform pack","category":"product","descriptionZh":"按淘宝、京东、拼多多、抖音、小红书、Amazon、Shopify 的要求各出一张主图，并附检查结果","descriptionEn":"A main image for each chosen marketplace, checked against its rules","credits":1,"access":"basic","enabled":false,"closedZh":"处理步骤尚未上线，上线后开放","closedEn":"Opens when its processing steps are live","position":3,"form":[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"checkbox","name":"platforms","labelZh":"平台","labelEn":"Marketplaces","required":true,"options":[{"value":"taobao","labelZh":"淘宝/天猫","labelEn":"Taobao/Tmall"},{"value":"jd","labelZh":"京东","labelEn":"JD"},{"value":"pinduoduo","labelZh":"拼多多","labelEn":"Pinduoduo"},{"value":"douyin","labelZh":"抖音","labelEn":"Douyin"},{"value":"xiaohongshu","labelZh":"小红书","labelEn":"Xiaohongshu"},{"value":"amazon","labelZh":"Amazon","labelEn":"Amazon"},{"value":"shopify","labelZh":"Shopify","labelEn":"Shopify"}],"default":["taobao","jd"],"min":1}],"pipeline":[{"name":"cut","nameZh":"抠图","nameEn":"Cut-out","processor":"cutout","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"]},{"name":"presets","nameZh":"平台尺寸","nameEn":"Presets","processor":"resize-preset","inputs":[{"step":"cut","output":"cutout.png","as":"cutout"}],"params":{"preset":{"each":"platforms"}},"units":{"each":"platforms"},"timeLimitSeconds":60,"attempts":3,"engines":["embedded"]}],"outputs":[{"step":"presets","name":"*","contentType":"image/jpeg"}]}',
  'migration', '2026-11-26 00:00:00.000');

INSERT INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled, max_inputs, form_json, pipeline_json, outputs_json, position, closed_zh, closed_en)
VALUES ('platform_pack',
  1,
  '平台套图',
  'Platform pack',
  'product',
  '按淘宝、京东、拼多多、抖音、小红书、Amazon、Shopify 的要求各出一张主图，并附检查结果',
  'A main image for each chosen marketplace, checked against its rules',
  1,
  'basic',
  0,
  1,
  '[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"checkbox","name":"platforms","labelZh":"平台","labelEn":"Marketplaces","required":true,"options":[{"value":"taobao","labelZh":"淘宝/天猫","labelEn":"Taobao/Tmall"},{"value":"jd","labelZh":"京东","labelEn":"JD"},{"value":"pinduoduo","labelZh":"拼多多","labelEn":"Pinduoduo"},{"value":"douyin","labelZh":"抖音","labelEn":"Douyin"},{"value":"xiaohongshu","labelZh":"小红书","labelEn":"Xiaohongshu"},{"value":"amazon","labelZh":"Amazon","labelEn":"Amazon"},{"value":"shopify","labelZh":"Shopify","labelEn":"Shopify"}],"default":["taobao","jd"],"min":1}]',
  '[{"name":"cut","nameZh":"抠图","nameEn":"Cut-out","processor":"cutout","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"],"results":[]},{"name":"presets","nameZh":"平台尺寸","nameEn":"Presets","processor":"resize-preset","inputs":[{"step":"cut","output":"cutout.png","as":"cutout"}],"params":{"preset":{"each":"platforms"}},"units":{"each":"platforms"},"timeLimitSeconds":60,"attempts":3,"engines":["embedded"],"results":["*"]}]',
  '[{"name":"*","contentType":"image/jpeg"}]',
  3,
  '处理步骤尚未上线，上线后开放',
  'Opens when its processing steps are live');

INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at)
VALUES ('poster', 1, '{"id":"poster","nameZh":"促销海报","nameEn":"Promotion poster","category":"marketing","descriptionZh":"商品、标题和价格排成一张促销海报","descriptionEn":"Garment, headline and price on one poster","credits":1,"access":"basic","enabled":false,"closedZh":"处理步骤尚未上线，上线后开放","closedEn":"Opens when its processing steps are live","position":4,"form":[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"text","name":"title","labelZh":"标题","labelEn":"Headline","required":true,"minLength":1,"maxLength":20},{"type":"text","name":"price","labelZh":"价格","labelEn":"Price","maxLength":12},{"type":"colour","name":"colour","labelZh":"主色","labelEn":"Main colour","default":"#c8102e"}],"pipeline":[{"name":"cut","nameZh":"抠图","nameEn":"Cut-out","processor":"cutout","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"]},{"name":"poster","nameZh":"海报","nameEn":"Poster","processor":"poster","inputs":[{"step":"cut","output":"cutout.png","as":"cutout"}],"params":{"title":{"form":"title"},"price":{"form":"price"},"colour":{"form":"colour"}},"units":1,"timeLimitSeconds":60,"attempts":3,"engines":["embedded"]}],"outputs":[{"step":"poster","name":"*","contentType":"image/jpeg"}]}',
  'migration', '2026-11-26 00:00:00.000');

INSERT INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled, max_inputs, form_json, pipeline_json, outputs_json, position, closed_zh, closed_en)
VALUES ('poster',
  1,
  '促销海报',
  'Promotion poster',
  'marketing',
  '商品、标题和价格排成一张促销海报',
  'Garment, headline and price on one poster',
  1,
  'basic',
  0,
  1,
  '[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"text","name":"title","labelZh":"标题","labelEn":"Headline","required":true,"minLength":1,"maxLength":20},{"type":"text","name":"price","labelZh":"价格","labelEn":"Price","maxLength":12},{"type":"colour","name":"colour","labelZh":"主色","labelEn":"Main colour","default":"#c8102e"}]',
  '[{"name":"cut","nameZh":"抠图","nameEn":"Cut-out","processor":"cutout","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"],"results":[]},{"name":"poster","nameZh":"海报","nameEn":"Poster","processor":"poster","inputs":[{"step":"cut","output":"cutout.png","as":"cutout"}],"params":{"title":{"form":"title"},"price":{"form":"price"},"colour":{"form":"colour"}},"units":1,"timeLimitSeconds":60,"attempts":3,"engines":["embedded"],"results":["*"]}]',
  '[{"name":"*","contentType":"image/jpeg"}]',
  4,
  '处理步骤尚未上线，上线后开放',
  'Opens when its processing steps are live');

INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at)
VALUES ('copywriting', 1, '{"id":"copywriting","nameZh":"文案","nameEn":"Copywriting","category":"marketing","descriptionZh":"按模板写出商品标题、卖点和详情文案（模板文案 · 非 AI 生成）","descriptionEn":"Title, selling points and details written from templates, not by AI","credits":1,"access":"basic","enabled":false,"closedZh":"处理步骤尚未上线，上线后开放","closedEn":"Opens when its processing steps are live","position":5,"form":[{"type":"text","name":"product","labelZh":"商品名称","labelEn":"Product","required":true,"minLength":1,"maxLength":30},{"type":"textarea","name":"points","labelZh":"卖点，一行一条","labelEn":"Selling points, one a line","maxLength":300},{"type":"radio","name":"template","labelZh":"模板","labelEn":"Template","options":[{"value":"product_showcase","labelZh":"商品介绍","labelEn":"Showcase"},{"value":"weekly_drop","labelZh":"每周上新","labelEn":"Weekly drop"}],"default":"product_showcase"}],"pipeline":[{"name":"text","nameZh":"文案","nameEn":"Text","processor":"text-bundle","inputs":[],"params":{"product":{"form":"product"},"points":{"form":"points"},"template":{"form":"template"}},"units":1,"timeLimitSeconds":30,"attempts":3,"engines":["embedded"]}],"outputs":[{"step":"text","name":"*","contentType":"application/json"}]}',
  'migration', '2026-11-26 00:00:00.000');

INSERT INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled, max_inputs, form_json, pipeline_json, outputs_json, position, closed_zh, closed_en)
VALUES ('copywriting',
  1,
  '文案',
  'Copywriting',
  'marketing',
  '按模板写出商品标题、卖点和详情文案（模板文案 · 非 AI 生成）',
  'Title, selling points and details written from templates, not by AI',
  1,
  'basic',
  0,
  0,
  '[{"type":"text","name":"product","labelZh":"商品名称","labelEn":"Product","required":true,"minLength":1,"maxLength":30},{"type":"textarea","name":"points","labelZh":"卖点，一行一条","labelEn":"Selling points, one a line","maxLength":300},{"type":"radio","name":"template","labelZh":"模板","labelEn":"Template","options":[{"value":"product_showcase","labelZh":"商品介绍","labelEn":"Showcase"},{"value":"weekly_drop","labelZh":"每周上新","labelEn":"Weekly drop"}],"default":"product_showcase"}]',
  '[{"name":"text","nameZh":"文案","nameEn":"Text","processor":"text-bundle","inputs":[],"params":{"product":{"form":"product"},"points":{"form":"points"},"template":{"form":"template"}},"units":1,"timeLimitSeconds":30,"attempts":3,"engines":["embedded"],"results":["*"]}]',
  '[{"name":"*","contentType":"application/json"}]',
  5,
  '处理步骤尚未上线，上线后开放',
  'Opens when its processing steps are live');

INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at)
VALUES ('product_video', 1, '{"id":"product_video","nameZh":"商品视频","nameEn":"Product video","category":"video","descriptionZh":"由照片生成的模板视频（模板视频 · 非 AI 生成）","descriptionEn":"A video made of photos from templates, not by AI","credits":5,"access":"member","enabled":false,"closedZh":"处理步骤尚未上线，上线后开放","closedEn":"Opens when its processing steps are live","position":6,"form":[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"radio","name":"size","labelZh":"尺寸","labelEn":"Size","options":[{"value":"720x960","labelZh":"720×960","labelEn":"720×960"},{"value":"720x1280","labelZh":"720×1280","labelEn":"720×1280"}],"default":"720x960"},{"type":"slider","name":"seconds","labelZh":"时长（秒）","labelEn":"Seconds","min":6,"max":15,"step":1,"default":6}],"pipeline":[{"name":"cut","nameZh":"抠图","nameEn":"Cut-out","processor":"cutout","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"]},{"name":"frames","nameZh":"分镜","nameEn":"Frames","processor":"storyboard-template","inputs":[{"form":"photo"},{"step":"cut","output":"cutout.png","as":"cutout"}],"params":{},"units":1,"timeLimitSeconds":120,"attempts":3,"engines":["embedded"]},{"name":"video","nameZh":"视频","nameEn":"Video","processor":"video-from-images","inputs":[{"step":"frames","as":"images"}],"params":{"size":{"form":"size"},"seconds":{"form":"seconds"}},"units":1,"timeLimitSeconds":300,"attempts":2,"engines":["embedded"]}],"outputs":[{"step":"video","name":"*","contentType":"video/mp4"}]}',
  'migration', '2026-11-26 00:00:00.000');

INSERT INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled, max_inputs, form_json, pipeline_json, outputs_json, position, closed_zh, closed_en)
VALUES ('product_video',
  1,
  '商品视频',
  'Product video',
  'video',
  '由照片生成的模板视频（模板视频 · 非 AI 生成）',
  'A video made of photos from templates, not by AI',
  5,
  'member',
  0,
  1,
  '[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"radio","name":"size","labelZh":"尺寸","labelEn":"Size","options":[{"value":"720x960","labelZh":"720×960","labelEn":"720×960"},{"value":"720x1280","labelZh":"720×1280","labelEn":"720×1280"}],"default":"720x960"},{"type":"slider","name":"seconds","labelZh":"时长（秒）","labelEn":"Seconds","min":6,"max":15,"step":1,"default":6}]',
  '[{"name":"cut","nameZh":"抠图","nameEn":"Cut-out","processor":"cutout","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"],"results":[]},{"name":"frames","nameZh":"分镜","nameEn":"Frames","processor":"storyboard-template","inputs":[{"form":"photo"},{"step":"cut","output":"cutout.png","as":"cutout"}],"params":{},"units":1,"timeLimitSeconds":120,"attempts":3,"engines":["embedded"],"results":[]},{"name":"video","nameZh":"视频","nameEn":"Video","processor":"video-from-images","inputs":[{"step":"frames","as":"images"}],"params":{"size":{"form":"size"},"seconds":{"form":"seconds"}},"units":1,"timeLimitSeconds":300,"attempts":2,"engines":["embedded"],"results":["*"]}]',
  '[{"name":"*","contentType":"video/mp4"}]',
  6,
  '处理步骤尚未上线，上线后开放',
  'Opens when its processing steps are live');

INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at)
VALUES ('model_pose12', 1, '{"id":"model_pose12","nameZh":"AI模特12分镜","nameEn":"AI model, twelve poses","category":"ai_model","descriptionZh":"AI 模特穿上你的商品，12 张分镜和一张拼图","descriptionEn":"An AI model wears the garment: twelve poses and a grid","credits":1,"access":"member","enabled":false,"closedZh":"需要配置 AI 引擎后开放","closedEn":"Opens when an AI engine is configured","position":7,"form":[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"radio","name":"scene","labelZh":"场景","labelEn":"Scene","options":[{"value":"street","labelZh":"街拍","labelEn":"Street"},{"value":"studio","labelZh":"棚拍","labelEn":"Studio"},{"value":"indoor","labelZh":"室内","labelEn":"Indoor"}],"default":"street"},{"type":"radio","name":"gender","labelZh":"模特","labelEn":"Model","options":[{"value":"female","labelZh":"女","labelEn":"Female"},{"value":"male","labelZh":"男","labelEn":"Male"}],"default":"female"},{"type":"textarea","name":"description","labelZh":"商品描述","labelEn":"Description","maxLength":200}],"pipeline":[{"name":"poses","nameZh":"AI 上身","nameEn":"Try-on","processor":"model-try-on","inputs":[{"form":"photo"}],"params":{"scene":{"form":"scene"},"gender":{"form":"gender"},"description":{"form":"description"},"pose":{"unit":true}},"units":12,"timeLimitSeconds":300,"attempts":3,"engines":["tencent-mps","tencent-aiart"]},{"name":"grid","nameZh":"拼图","nameEn":"Grid","processor":"grid","inputs":[{"step":"poses","as":"images"}],"params":{"layout":{"value":"3x4"}},"units":1,"timeLimitSeconds":60,"attempts":3,"engines":["embedded"]}],"outputs":[{"step":"poses","name":"*","contentType":"image/jpeg"},{"step":"grid","name":"*","contentType":"image/jpeg"}]}',
  'migration', '2026-11-26 00:00:00.000');

INSERT INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled, max_inputs, form_json, pipeline_json, outputs_json, position, closed_zh, closed_en)
VALUES ('model_pose12',
  1,
  'AI模特12分镜',
  'AI model, twelve poses',
  'ai_model',
  'AI 模特穿上你的商品，12 张分镜和一张拼图',
  'An AI model wears the garment: twelve poses and a grid',
  1,
  'member',
  0,
  1,
  '[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"radio","name":"scene","labelZh":"场景","labelEn":"Scene","options":[{"value":"street","labelZh":"街拍","labelEn":"Street"},{"value":"studio","labelZh":"棚拍","labelEn":"Studio"},{"value":"indoor","labelZh":"室内","labelEn":"Indoor"}],"default":"street"},{"type":"radio","name":"gender","labelZh":"模特","labelEn":"Model","options":[{"value":"female","labelZh":"女","labelEn":"Female"},{"value":"male","labelZh":"男","labelEn":"Male"}],"default":"female"},{"type":"textarea","name":"description","labelZh":"商品描述","labelEn":"Description","maxLength":200}]',
  '[{"name":"poses","nameZh":"AI 上身","nameEn":"Try-on","processor":"model-try-on","inputs":[{"form":"photo"}],"params":{"scene":{"form":"scene"},"gender":{"form":"gender"},"description":{"form":"description"},"pose":{"unit":true}},"units":12,"timeLimitSeconds":300,"attempts":3,"engines":["tencent-mps","tencent-aiart"],"results":["*"]},{"name":"grid","nameZh":"拼图","nameEn":"Grid","processor":"grid","inputs":[{"step":"poses","as":"images"}],"params":{"layout":{"value":"3x4"}},"units":1,"timeLimitSeconds":60,"attempts":3,"engines":["embedded"],"results":["*"]}]',
  '[{"name":"*","contentType":"image/jpeg"},{"name":"*","contentType":"image/jpeg"}]',
  7,
  '需要配置 AI 引擎后开放',
  'Opens when an AI engine is configured');

INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at)
VALUES ('video_generate', 1, '{"id":"video_generate","nameZh":"AI 视频","nameEn":"AI video","category":"video","descriptionZh":"AI 生成的服装视频","descriptionEn":"A video of the garment made by AI","credits":5,"access":"member","enabled":false,"closedZh":"需要配置 AI 引擎后开放","closedEn":"Opens when an AI engine is configured","position":8,"form":[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"textarea","name":"requirements","labelZh":"要求","labelEn":"Requirements","maxLength":200}],"pipeline":[{"name":"video","nameZh":"AI 视频","nameEn":"AI video","processor":"video-generate","inputs":[{"form":"photo"}],"params":{"requirements":{"form":"requirements"}},"units":1,"timeLimitSeconds":840,"attempts":2,"engines":["tencent-vclm","tencent-mps"]}],"outputs":[{"step":"video","name":"*","contentType":"video/mp4"}]}',
  'migration', '2026-11-26 00:00:00.000');

INSERT INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled, max_inputs, form_json, pipeline_json, outputs_json, position, closed_zh, closed_en)
VALUES ('video_generate',
  1,
  'AI 视频',
  'AI video',
  'video',
  'AI 生成的服装视频',
  'A video of the garment made by AI',
  5,
  'member',
  0,
  1,
  '[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"textarea","name":"requirements","labelZh":"要求","labelEn":"Requirements","maxLength":200}]',
  '[{"name":"video","nameZh":"AI 视频","nameEn":"AI video","processor":"video-generate","inputs":[{"form":"photo"}],"params":{"requirements":{"form":"requirements"}},"units":1,"timeLimitSeconds":840,"attempts":2,"engines":["tencent-vclm","tencent-mps"],"results":["*"]}]',
  '[{"name":"*","contentType":"video/mp4"}]',
  8,
  '需要配置 AI 引擎后开放',
  'Opens when an AI engine is configured');
