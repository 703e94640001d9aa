export const LOCAL_STAGE = 'local';
export const LOCAL_APP_ID = '1250000000';
export const LOCAL_BUCKET_NAME = 'yiying-local';
export const LOCAL_BUCKET = `${LOCAL_BUCKET_NAME}-${LOCAL_APP_ID}`;

/** What an operator would set for serverless.yml, with this machine's names. */
export const LOCAL_NAMES = {
  COS_BUCKET: LOCAL_BUCKET,
  API_DOMAIN: 'api.yiying.localhost',
  API_CERTIFICATE_ID: 'local',
  VPC_ID: 'vpc-local',
  SUBNET_ID: 'subnet-local',
} as const;
