/** Of a message that somebody else's device handled: how well each of its values is known. */
import { CONTROLQ } from '../../../src-core/spec/sound.ts';
import type { MessageRow } from '../../store/message-row.ts';
import { useSession } from '../../store/session.ts';
import { evidenceLines } from './evidence-lines.ts';
import styles from './inspector.module.css';
import { Part } from './inspector-part.tsx';

export function EvidencePart({ row }: { readonly row: MessageRow }) {
  const isTrace = useSession(({ status }) => status?.trace !== undefined);
  const isWatch = useSession(({ status }) => status?.watch !== undefined);
  if (!isTrace && !isWatch && row.grades === 0) return null;
  const lines = evidenceLines(row.grades, isTrace ? 'trace' : 'watch', row.queue === CONTROLQ);
  return (
    <Part title="How well it is known">
      <table className={`${styles.evidence} selectable`}>
        <tbody>
          {lines.map(({ what, grade, why }) => (
            <tr key={what}>
              <td>{what}</td>
              <td className={styles[grade]}>{grade}</td>
              <td className={styles.second}>{why}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}
