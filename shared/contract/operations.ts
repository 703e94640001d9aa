import * as announcements from './announcements.ts';
import * as apiKeys from './api-keys.ts';
import * as archives from './archives.ts';
import * as auth from './auth.ts';
import * as batches from './batches.ts';
import * as health from './health.ts';
import * as library from './library.ts';
import * as membership from './membership.ts';
import type { Operation } from './operation.ts';
import * as ops from './ops.ts';
import * as opsAccess from './ops-access.ts';
import * as opsCards from './ops-cards.ts';
import * as opsExports from './ops-exports.ts';
import * as opsGrowth from './ops-growth.ts';
import * as opsInvoices from './ops-invoices.ts';
import * as opsMerchants from './ops-merchants.ts';
import * as opsModels from './ops-models.ts';
import * as opsOperators from './ops-operators.ts';
import * as opsOverview from './ops-overview.ts';
import * as opsPlans from './ops-plans.ts';
import * as opsTasks from './ops-tasks.ts';
import * as opsViews from './ops-views.ts';
import * as opsWork from './ops-work.ts';
import * as presets from './presets.ts';
import * as quota from './quota.ts';
import * as readiness from './readiness.ts';
import * as redeem from './redeem.ts';
import * as referral from './referral.ts';
import * as settings from './settings.ts';
import * as tasks from './tasks.ts';
import * as webhooks from './webhooks.ts';

/** Every operation, for the router, the OpenAPI document, the typed client and the checks. Functions import their own. */
export const OPERATIONS = [
  auth.sendCode,
  auth.login,
  auth.refreshSession,
  auth.logout,
  auth.getAccount,
  auth.listSessions,
  auth.revokeSession,
  auth.deleteAccount,
  membership.listPlans,
  membership.purchaseMembership,
  membership.getOrder,
  membership.listOrders,
  membership.getReceipt,
  membership.requestInvoice,
  membership.getMembership,
  membership.payCallbackWechat,
  membership.payCallbackAlipay,
  quota.queryQuota,
  quota.listQuotaEntries,
  quota.exportQuotaEntries,
  tasks.listFeatures,
  tasks.createTask,
  tasks.getTask,
  tasks.listTasks,
  tasks.cancelTask,
  tasks.retryTask,
  batches.createBatch,
  batches.getBatch,
  batches.listBatches,
  batches.retryBatch,
  library.listAssets,
  library.setFavourite,
  library.deleteAssets,
  library.restoreAssets,
  archives.createArchive,
  archives.getArchive,
  apiKeys.createApiKey,
  apiKeys.listApiKeys,
  apiKeys.revokeApiKey,
  webhooks.createWebhook,
  webhooks.listWebhooks,
  webhooks.rotateWebhookSecret,
  webhooks.removeWebhook,
  webhooks.testWebhook,
  webhooks.listWebhookDeliveries,
  webhooks.replayWebhookDelivery,
  health.healthLive,
  readiness.healthReady,
  ops.refundOrder,
  ops.setOrderFreeze,
  redeem.redeemCode,
  redeem.createRedeemBatch,
  redeem.listRedeemBatches,
  redeem.listRedeemCodes,
  redeem.revokeRedeemBatch,
  opsAccess.getOperator,
  opsAccess.enrolTotp,
  opsAccess.confirmTotp,
  opsAccess.stepUp,
  opsAccess.listAudit,
  opsOperators.listOperators,
  opsOperators.setOperator,
  opsOverview.getOverview,
  opsMerchants.searchMerchants,
  opsMerchants.getMerchant,
  opsMerchants.listMerchantEntries,
  opsMerchants.grantCredits,
  opsMerchants.revokeCredits,
  opsMerchants.setMerchantState,
  opsViews.viewAs,
  opsWork.searchTasks,
  opsWork.searchOrders,
  opsWork.listBills,
  opsWork.listCases,
  opsWork.resolveCase,
  opsTasks.traceTask,
  opsTasks.endTask,
  opsTasks.rerunTask,
  opsPlans.listAllPlans,
  opsPlans.savePlan,
  opsInvoices.listInvoices,
  opsInvoices.fulfilInvoice,
  opsCards.listCards,
  opsCards.getCard,
  opsCards.saveCard,
  opsCards.setCardState,
  opsCards.setCardMerchant,
  opsCards.compareCards,
  opsExports.exportOrders,
  opsExports.exportDays,
  announcements.getAnnouncements,
  announcements.listAnnouncements,
  announcements.publishAnnouncement,
  announcements.endAnnouncement,
  opsModels.listModelPhotos,
  opsModels.saveModelPhoto,
  settings.getSettings,
  settings.saveSettings,
  presets.listPresets,
  presets.savePreset,
  referral.getReferral,
  referral.requestWithdrawal,
  opsGrowth.getGrowth,
  opsGrowth.saveGrowth,
  opsGrowth.listReferrals,
  opsGrowth.showPayee,
  opsGrowth.decideWithdrawal,
] as const satisfies readonly Operation[];
