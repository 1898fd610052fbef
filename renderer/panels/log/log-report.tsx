/** The log, the session and the findings as a report for the clipboard; without what names the machine unless one wants it in. */
import { useState } from 'react';
import { ask, notify, useSession } from '../../store/session.ts';
import { Button } from '../../ui/button.tsx';
import { copyText } from '../../ui/copy-button.tsx';
import styles from './log.module.css';
import { bugReport, knownPaths, type LogLine, withoutMachine } from './log-model.ts';

export function CopyReport({ lines }: { readonly lines: readonly LogLine[] }) {
  const [isWithout, setWithout] = useState(true);
  return (
    <>
      <label className={styles.choice}>
        <input
          type="checkbox"
          checked={isWithout}
          onChange={({ target }) => setWithout(target.checked)}
        />
        leave out paths and names of this machine
      </label>
      <Button
        tip="Version, session, findings and this log, as Markdown for an issue. The report says what was left out."
        onClick={() => void copyReport(lines, isWithout)}
      >
        Copy as bug report
      </Button>
    </>
  );
}

async function copyReport(lines: readonly LogLine[], isWithout: boolean): Promise<void> {
  const { hello, status } = useSession.getState();
  const findings = (await ask('findings', {})) ?? [];
  const machine = (await ask('machineNames', {})) ?? { names: [], folders: [] };
  const report = bugReport({ hello, status, findings, lines, browser: navigator.userAgent });
  const known = { names: machine.names, paths: knownPaths(hello, status, machine.folders) };
  const text = withoutMachine(report, isWithout ? known : undefined);
  const isCopied = await copyText(text);
  const told = isWithout
    ? 'What was left out stands at its end: read it once before you send it.'
    : 'It has paths and names of this machine in it.';
  const what = isCopied
    ? `The report is on the clipboard. ${told}`
    : 'The browser does not let the page copy.';
  notify({ severity: isCopied ? 'info' : 'warning', code: 'copied', what });
}
