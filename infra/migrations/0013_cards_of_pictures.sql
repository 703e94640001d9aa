-- Cards whose processors are there now: opened, with the forms and parameters that these take.
INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at)
VALUES ('storyboard_template', 2, '{"id":"storyboard_template","nameZh":"模板分镜","nameEn":"Template storyboard","category":"storyboard","descriptionZh":"一张照片生成 12 张分镜和一张拼图（模板分镜 · 非 AI 生成）","descriptionEn":"Twelve frames and a grid from one photo, made from templates, not by AI","credits":1,"access":"basic","enabled":true,"position":2,"form":[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"radio","name":"wearing","labelZh":"拍法","labelEn":"Shown","options":[{"value":"auto","labelZh":"自动判断","labelEn":"Find out"},{"value":"flat","labelZh":"平铺或挂拍","labelEn":"Flat or hanging"},{"value":"worn","labelZh":"模特上身","labelEn":"Worn"}],"default":"auto"},{"type":"number","name":"widthCm","labelZh":"衣宽（厘米，选填）","labelEn":"Width in cm, optional","min":1,"max":300,"step":0.5},{"type":"number","name":"lengthCm","labelZh":"衣长（厘米，选填）","labelEn":"Length in cm, optional","min":1,"max":300,"step":0.5}],"pipeline":[{"name":"cut","nameZh":"抠图","nameEn":"Cut-out","processor":"cutout","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"]},{"name":"frames","nameZh":"分镜","nameEn":"Frames","processor":"storyboard-template","inputs":[{"step":"cut","output":"cutout.png","as":"cutout"}],"params":{"wearing":{"form":"wearing"},"widthCm":{"form":"widthCm"},"lengthCm":{"form":"lengthCm"}},"units":1,"timeLimitSeconds":120,"attempts":3,"engines":["embedded"]},{"name":"grid","nameZh":"拼图","nameEn":"Grid","processor":"grid","inputs":[{"step":"frames","as":"images"}],"params":{"layout":{"value":"4x3"},"template":{"value":true}},"units":1,"timeLimitSeconds":60,"attempts":3,"engines":["embedded"]}],"outputs":[{"step":"frames","name":"*","contentType":"image/jpeg"},{"step":"grid","name":"grid.jpg","contentType":"image/jpeg"}]}',
  'migration', '2026-11-26 00:00:00.000');

UPDATE features SET version = 2,
  name_zh = '模板分镜',
  name_en = 'Template storyboard',
  category = 'storyboard',
  summary_zh = '一张照片生成 12 张分镜和一张拼图（模板分镜 · 非 AI 生成）',
  summary_en = 'Twelve frames and a grid from one photo, made from templates, not by AI',
  credits = 1,
  access = 'basic',
  enabled = 1,
  max_inputs = 1,
  form_json = '[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"radio","name":"wearing","labelZh":"拍法","labelEn":"Shown","options":[{"value":"auto","labelZh":"自动判断","labelEn":"Find out"},{"value":"flat","labelZh":"平铺或挂拍","labelEn":"Flat or hanging"},{"value":"worn","labelZh":"模特上身","labelEn":"Worn"}],"default":"auto"},{"type":"number","name":"widthCm","labelZh":"衣宽（厘米，选填）","labelEn":"Width in cm, optional","min":1,"max":300,"step":0.5},{"type":"number","name":"lengthCm","labelZh":"衣长（厘米，选填）","labelEn":"Length in cm, optional","min":1,"max":300,"step":0.5}]',
  pipeline_json = '[{"name":"cut","nameZh":"抠图","nameEn":"Cut-out","processor":"cutout","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"],"results":[]},{"name":"frames","nameZh":"分镜","nameEn":"Frames","processor":"storyboard-template","inputs":[{"step":"cut","output":"cutout.png","as":"cutout"}],"params":{"wearing":{"form":"wearing"},"widthCm":{"form":"widthCm"},"lengthCm":{"form":"lengthCm"}},"units":1,"timeLimitSeconds":120,"attempts":3,"engines":["embedded"],"results":["*"]},{"name":"grid","nameZh":"拼图","nameEn":"Grid","processor":"grid","inputs":[{"step":"frames","as":"images"}],"params":{"layout":{"value":"4x3"},"template":{"value":true}},"units":1,"timeLimitSeconds":60,"attempts":3,"engines":["embedded"],"results":["grid.jpg"]}]',
  outputs_json = '[{"name":"*","contentType":"image/jpeg"},{"name":"grid.jpg","contentType":"image/jpeg"}]',
  position = 2,
  closed_zh = '',
  closed_en = ''
WHERE id = 'storyboard_template' AND version = 1;

INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at)
VALUES ('platform_pack', 2, '{"id":"platform_pack","nameZh":"平台套图","nameEn":"Platform pack","category":"product","descriptionZh":"按所选平台的要求各出主图，并附尺寸、比例、背景、大小的检查结果","descriptionEn":"Main images for each chosen marketplace, checked against its rules","credits":1,"access":"basic","enabled":true,"position":3,"form":[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"checkbox","name":"platforms","labelZh":"平台","labelEn":"Marketplaces","required":true,"options":[{"value":"taobao","labelZh":"淘宝/天猫","labelEn":"Taobao/Tmall"},{"value":"jd","labelZh":"京东","labelEn":"JD"},{"value":"pinduoduo","labelZh":"拼多多","labelEn":"Pinduoduo"},{"value":"douyin","labelZh":"抖音","labelEn":"Douyin"},{"value":"xiaohongshu","labelZh":"小红书","labelEn":"Xiaohongshu"},{"value":"amazon","labelZh":"Amazon","labelEn":"Amazon"},{"value":"shopify","labelZh":"Shopify","labelEn":"Shopify"}],"default":["taobao","jd","pinduoduo","douyin","xiaohongshu","amazon","shopify"],"min":1}],"pipeline":[{"name":"cut","nameZh":"抠图","nameEn":"Cut-out","processor":"cutout","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"]},{"name":"presets","nameZh":"平台尺寸","nameEn":"Presets","processor":"platform-pack","inputs":[{"step":"cut","output":"cutout.png","as":"cutout"}],"params":{"platforms":{"form":"platforms"}},"units":1,"timeLimitSeconds":120,"attempts":3,"engines":["embedded"]}],"outputs":[{"step":"presets","name":"*","contentType":"image/jpeg"}]}',
  'migration', '2026-11-26 00:00:00.000');

UPDATE features SET version = 2,
  name_zh = '平台套图',
  name_en = 'Platform pack',
  category = 'product',
  summary_zh = '按所选平台的要求各出主图，并附尺寸、比例、背景、大小的检查结果',
  summary_en = 'Main images for each chosen marketplace, checked against its rules',
  credits = 1,
  access = 'basic',
  enabled = 1,
  max_inputs = 1,
  form_json = '[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"checkbox","name":"platforms","labelZh":"平台","labelEn":"Marketplaces","required":true,"options":[{"value":"taobao","labelZh":"淘宝/天猫","labelEn":"Taobao/Tmall"},{"value":"jd","labelZh":"京东","labelEn":"JD"},{"value":"pinduoduo","labelZh":"拼多多","labelEn":"Pinduoduo"},{"value":"douyin","labelZh":"抖音","labelEn":"Douyin"},{"value":"xiaohongshu","labelZh":"小红书","labelEn":"Xiaohongshu"},{"value":"amazon","labelZh":"Amazon","labelEn":"Amazon"},{"value":"shopify","labelZh":"Shopify","labelEn":"Shopify"}],"default":["taobao","jd","pinduoduo","douyin","xiaohongshu","amazon","shopify"],"min":1}]',
  pipeline_json = '[{"name":"cut","nameZh":"抠图","nameEn":"Cut-out","processor":"cutout","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"],"results":[]},{"name":"presets","nameZh":"平台尺寸","nameEn":"Presets","processor":"platform-pack","inputs":[{"step":"cut","output":"cutout.png","as":"cutout"}],"params":{"platforms":{"form":"platforms"}},"units":1,"timeLimitSeconds":120,"attempts":3,"engines":["embedded"],"results":["*"]}]',
  outputs_json = '[{"name":"*","contentType":"image/jpeg"}]',
  position = 3,
  closed_zh = '',
  closed_en = ''
WHERE id = 'platform_pack' AND version = 1;

INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at)
VALUES ('poster', 2, '{"id":"poster","nameZh":"促销海报","nameEn":"Promotion poster","category":"marketing","descriptionZh":"商品、标题和价格排成一张促销海报（模板海报 · 非 AI 生成）","descriptionEn":"Garment, headline and price on one poster, made from a template, not by AI","credits":1,"access":"basic","enabled":true,"position":4,"form":[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"text","name":"title","labelZh":"标题","labelEn":"Headline","required":true,"minLength":1,"maxLength":24},{"type":"text","name":"subtitle","labelZh":"副标题","labelEn":"Second line","maxLength":48},{"type":"number","name":"priceYuan","labelZh":"价格（元）","labelEn":"Price in yuan","min":0.01,"max":999999,"step":0.01},{"type":"text","name":"badge","labelZh":"角标","labelEn":"Badge","maxLength":8},{"type":"text","name":"brand","labelZh":"品牌","labelEn":"Brand","maxLength":24},{"type":"radio","name":"layout","labelZh":"版式","labelEn":"Layout","options":[{"value":"gallery","labelZh":"画廊","labelEn":"Gallery"},{"value":"banner","labelZh":"横幅","labelEn":"Banner"},{"value":"stage","labelZh":"舞台","labelEn":"Stage"}],"default":"gallery"},{"type":"radio","name":"size","labelZh":"尺寸","labelEn":"Size","options":[{"value":"portrait","labelZh":"竖版","labelEn":"Portrait"},{"value":"square","labelZh":"方形","labelEn":"Square"},{"value":"story","labelZh":"全屏","labelEn":"Story"}],"default":"portrait"}],"pipeline":[{"name":"cut","nameZh":"抠图","nameEn":"Cut-out","processor":"cutout","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"]},{"name":"poster","nameZh":"海报","nameEn":"Poster","processor":"poster","inputs":[{"step":"cut","output":"cutout.png","as":"cutout"}],"params":{"title":{"form":"title"},"subtitle":{"form":"subtitle"},"priceYuan":{"form":"priceYuan"},"badge":{"form":"badge"},"brand":{"form":"brand"},"layout":{"form":"layout"},"size":{"form":"size"}},"units":1,"timeLimitSeconds":60,"attempts":3,"engines":["embedded"]}],"outputs":[{"step":"poster","name":"poster.jpg","contentType":"image/jpeg"}]}',
  'migration', '2026-11-26 00:00:00.000');

UPDATE features SET version = 2,
  name_zh = '促销海报',
  name_en = 'Promotion poster',
  category = 'marketing',
  summary_zh = '商品、标题和价格排成一张促销海报（模板海报 · 非 AI 生成）',
  summary_en = 'Garment, headline and price on one poster, made from a template, not by AI',
  credits = 1,
  access = 'basic',
  enabled = 1,
  max_inputs = 1,
  form_json = '[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"text","name":"title","labelZh":"标题","labelEn":"Headline","required":true,"minLength":1,"maxLength":24},{"type":"text","name":"subtitle","labelZh":"副标题","labelEn":"Second line","maxLength":48},{"type":"number","name":"priceYuan","labelZh":"价格（元）","labelEn":"Price in yuan","min":0.01,"max":999999,"step":0.01},{"type":"text","name":"badge","labelZh":"角标","labelEn":"Badge","maxLength":8},{"type":"text","name":"brand","labelZh":"品牌","labelEn":"Brand","maxLength":24},{"type":"radio","name":"layout","labelZh":"版式","labelEn":"Layout","options":[{"value":"gallery","labelZh":"画廊","labelEn":"Gallery"},{"value":"banner","labelZh":"横幅","labelEn":"Banner"},{"value":"stage","labelZh":"舞台","labelEn":"Stage"}],"default":"gallery"},{"type":"radio","name":"size","labelZh":"尺寸","labelEn":"Size","options":[{"value":"portrait","labelZh":"竖版","labelEn":"Portrait"},{"value":"square","labelZh":"方形","labelEn":"Square"},{"value":"story","labelZh":"全屏","labelEn":"Story"}],"default":"portrait"}]',
  pipeline_json = '[{"name":"cut","nameZh":"抠图","nameEn":"Cut-out","processor":"cutout","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"],"results":[]},{"name":"poster","nameZh":"海报","nameEn":"Poster","processor":"poster","inputs":[{"step":"cut","output":"cutout.png","as":"cutout"}],"params":{"title":{"form":"title"},"subtitle":{"form":"subtitle"},"priceYuan":{"form":"priceYuan"},"badge":{"form":"badge"},"brand":{"form":"brand"},"layout":{"form":"layout"},"size":{"form":"size"}},"units":1,"timeLimitSeconds":60,"attempts":3,"engines":["embedded"],"results":["poster.jpg"]}]',
  outputs_json = '[{"name":"poster.jpg","contentType":"image/jpeg"}]',
  position = 4,
  closed_zh = '',
  closed_en = ''
WHERE id = 'poster' AND version = 1;

INSERT INTO feature_versions (feature_id, version, card_json, saved_by, saved_at)
VALUES ('product_video', 2, '{"id":"product_video","nameZh":"商品视频","nameEn":"Product video","category":"video","descriptionZh":"由照片生成的模板视频（模板视频 · 非 AI 生成）","descriptionEn":"A video made of photos from templates, not by AI","credits":5,"access":"member","enabled":false,"closedZh":"处理步骤尚未上线，上线后开放","closedEn":"Opens when its processing steps are live","position":6,"form":[{"type":"image","name":"photo","labelZh":"商品照片","labelEn":"Photo of the garment","required":true},{"type":"radio","name":"size","labelZh":"尺寸","labelEn":"Size","options":[{"value":"720x960","labelZh":"720×960","labelEn":"720×960"},{"value":"720x1280","labelZh":"720×1280","labelEn":"720×1280"}],"default":"720x960"},{"type":"slider","name":"seconds","labelZh":"时长（秒）","labelEn":"Seconds","min":6,"max":15,"step":1,"default":6}],"pipeline":[{"name":"cut","nameZh":"抠图","nameEn":"Cut-out","processor":"cutout","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"]},{"name":"frames","nameZh":"分镜","nameEn":"Frames","processor":"storyboard-template","inputs":[{"step":"cut","output":"cutout.png","as":"cutout"}],"params":{},"units":1,"timeLimitSeconds":120,"attempts":3,"engines":["embedded"]},{"name":"video","nameZh":"视频","nameEn":"Video","processor":"video-from-images","inputs":[{"step":"frames","as":"images"}],"params":{"size":{"form":"size"},"seconds":{"form":"seconds"}},"units":1,"timeLimitSeconds":300,"attempts":2,"engines":["embedded"]}],"outputs":[{"step":"video","name":"*","contentType":"video/mp4"}]}',
  'migration', '2026-11-26 00:00:00.000');

UPDATE features SET version = 2,
  pipeline_json = '[{"name":"cut","nameZh":"抠图","nameEn":"Cut-out","processor":"cutout","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"],"results":[]},{"name":"frames","nameZh":"分镜","nameEn":"Frames","processor":"storyboard-template","inputs":[{"step":"cut","output":"cutout.png","as":"cutout"}],"params":{},"units":1,"timeLimitSeconds":120,"attempts":3,"engines":["embedded"],"results":[]},{"name":"video","nameZh":"视频","nameEn":"Video","processor":"video-from-images","inputs":[{"step":"frames","as":"images"}],"params":{"size":{"form":"size"},"seconds":{"form":"seconds"}},"units":1,"timeLimitSeconds":300,"attempts":2,"engines":["embedded"],"results":["*"]}]'
WHERE id = 'product_video' AND version = 1;
