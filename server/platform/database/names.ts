/**
 * The nine databases: key, the variable that renames it, default name, and the module that owns it.
 * `<variable>_URI` moves it to a separate server.
 */
export const DATABASES = {
  platform: { variable: 'DB_NAME', defaultName: 'cspm_platform' },
  cloudSecurity: { variable: 'CLOUD_SECURITY_DB_NAME', defaultName: 'cspm_cloud_security' },
  riskManagement: { variable: 'RISK_MANAGEMENT_DB_NAME', defaultName: 'cspm_risk_management' },
  assessments: { variable: 'ASSESSMENT_DB_NAME', defaultName: 'cspm_assessments' },
  containerSecurity: {
    variable: 'CONTAINER_SECURITY_DB_NAME',
    defaultName: 'cspm_container_security',
  },
  aiGovernance: { variable: 'AI_GOVERNANCE_DB_NAME', defaultName: 'cspm_ai_governance' },
  securityScans: { variable: 'SECURITY_SCANS_DB_NAME', defaultName: 'cspm_security_scans' },
  threatIntelligence: {
    variable: 'THREAT_INTELLIGENCE_DB_NAME',
    defaultName: 'cspm_threat_intelligence',
  },
  orchestration: { variable: 'ORCHESTRATION_DB_NAME', defaultName: 'cspm_orchestration' },
} as const;

export type DatabaseKey = keyof typeof DATABASES;
export const DATABASE_KEYS = Object.keys(DATABASES) as DatabaseKey[];
