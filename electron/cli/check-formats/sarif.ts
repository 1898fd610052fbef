/** `--format sarif`: SARIF 2.1.0, for code hosts. */
import type { CheckedFinding } from '../../../src-core/analysis/check-capture.ts';
import { RULE_IDS, type RuleId, ruleOf } from '../../../src-core/spec/rules.ts';
import { type Outcome, placeOf } from './outcome.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

export function sarifOf(outcome: Outcome): string {
  const { checked, file, version, lost, damage } = outcome;
  const notRun = checked.rules.filter(({ state }) => state === 'could-not' || state === 'unseen');
  const run = {
    tool: {
      driver: {
        name: 'ringside',
        version,
        semanticVersion: version,
        rules: RULE_IDS.map(descriptorOf),
      },
    },
    artifacts: [{ location: { uri: uriOf(file) } }],
    invocations: [
      {
        executionSuccessful: lost === 0 && damage === undefined,
        toolConfigurationNotifications: notRun.map(({ rule, why = '', state }) => ({
          level: 'note',
          message: {
            text: `${state === 'unseen' ? 'Cannot be observed' : 'Could not run'}: ${why}`,
          },
          associatedRule: { id: rule, index: RULE_IDS.indexOf(rule) },
        })),
        ...(damage === undefined
          ? {}
          : { toolExecutionNotifications: [{ level: 'warning', message: { text: damage } }] }),
      },
    ],
    results: checked.broken.flatMap(({ rule, findings }) =>
      findings.map((finding) => resultOf(rule.id, finding, file)),
    ),
    columnKind: 'utf16CodeUnits',
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

function descriptorOf(id: RuleId) {
  const { asks, ear, remedy, how, unseen, severity, section, by, since } = ruleOf(id);
  return {
    id,
    shortDescription: { text: asks },
    fullDescription: { text: unseen === undefined ? how : `Cannot be observed: ${unseen}` },
    help: { text: `To the ear: ${ear}\nRemedy: ${remedy}` },
    defaultConfiguration: { level: severity, enabled: unseen === undefined },
    properties: { section, by, since },
  };
}

function resultOf(id: RuleId, finding: CheckedFinding, file: string) {
  const { severity } = ruleOf(id);
  const { detail, evidence, atNs, streamId, queue, grade, state, reason } = finding;
  return {
    ruleId: id,
    ruleIndex: RULE_IDS.indexOf(id),
    level: severity,
    kind: 'fail',
    message: { text: `${detail} (${placeOf(finding)})` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uriOf(file), index: 0 } },
        logicalLocations: evidence
          .slice(0, 1)
          .map((row) => ({ name: `message ${row}`, kind: 'message' })),
      },
    ],
    partialFingerprints: { 'ringside/v1': `${id}:${evidence[0] ?? -1}:${streamId}:${queue}` },
    ...(state === 'new'
      ? {}
      : {
          suppressions: [
            {
              kind: 'external',
              status: state === 'muted' ? 'accepted' : 'underReview',
              justification: reason,
            },
          ],
        }),
    properties: { atNs, messages: evidence, streamId, queue, grade },
  };
}

function uriOf(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}
