/** Files to begin with, which the dialogs for custom frameworks and controls offer. */
export const FRAMEWORK_TEMPLATE = {
  fileName: 'framework-template.csv',
  mediaType: 'text/csv',
  text: [
    'framework,framework_name,version,section,section_title,id,title,controls',
    'acme-rules,Acme rules,1.0,A,Access,A.1,Users have a second factor,IAC-06:equal',
    ',,,A,,A.2,Access is granted by role,"IAC-08:subset; IAC-21"',
    ',,,B,People,B.1,Leavers return their badges,',
    '',
  ].join('\n'),
};

/** Every column that a file of controls may have, with two example controls. */
export const CONTROLS_TEMPLATE = {
  fileName: 'controls-template.csv',
  mediaType: 'text/csv',
  text: [
    'id,domain,title,intent,weight,kind,cadence,keywords,negative',
    'ACME-01,IAC,Leaver badges,"Badges are returned on the last day and deactivated within an hour.",7,process,quarterly,badge; leaver,',
    'ACME-02,CRY,Keys in hardware modules,Customer keys are generated and kept in our own hardware modules.,8,technology,continuous,hardware security module; hsm,software key',
    '',
  ].join('\n'),
};
