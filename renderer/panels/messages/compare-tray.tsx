/** The compare tray under the message table: up to four messages side by side, the fields in which they differ. */
import { X } from 'lucide-react';
import { usePull } from '../../store/pull.ts';
import { selectMessage, usePanelView } from '../../store/view.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { formatCount } from '../../ui/format.ts';
import { comparedFields } from './compare-model.ts';
import { closeTray, TRAY_MESSAGES, toggleInTray, useTray } from './compare-store.ts';
import styles from './compare-tray.module.css';

export function CompareTray() {
  const { indexes } = useTray();
  return indexes.length === 0 ? null : <Tray indexes={indexes} />;
}

function Tray({ indexes }: { readonly indexes: readonly number[] }) {
  const view = usePanelView();
  const showsAlike = useTray((tray) => tray.showsAlike);
  const list = usePull('fieldList', {}, { live: false }).data ?? [];
  const cells = usePull(
    'messageCells',
    { indexes, fields: list.map(({ name }) => name) },
    { everyMs: 250, enabled: list.length > 0 },
  ).data;
  const rows = comparedFields(list, indexes, cells ?? [], showsAlike);
  const alone = indexes.length === 1;
  return (
    <section className={styles.tray} aria-label="Compare tray">
      <div className={styles.head}>
        <b>Compare</b>
        <span className={styles.second}>
          {alone
            ? `Select another message and press C: up to ${TRAY_MESSAGES} stand side by side.`
            : `${rows.filter(({ differs }) => differs).length} fields differ`}
        </span>
        <span className={styles.fill} />
        <Button
          tone="quiet"
          pressed={showsAlike}
          onClick={() => useTray.setState({ showsAlike: !showsAlike })}
        >
          Equal fields too
        </Button>
        <IconButton
          label="Close the compare tray"
          icon={<X />}
          command="messages.close-tray"
          onClick={closeTray}
        />
      </div>
      <div className={styles.scroll}>
        <table>
          <thead>
            <tr>
              <th scope="col">Field</th>
              {indexes.map((index) => (
                <th key={index} scope="col">
                  <button
                    type="button"
                    className={styles.link}
                    title="Select this message"
                    onClick={() => selectMessage(index, undefined, view)}
                  >
                    #{formatCount(index)}
                  </button>
                  <button
                    type="button"
                    className={styles.link}
                    aria-label={`Take #${index} out`}
                    title="Take it out"
                    onClick={() => toggleInTray(index)}
                  >
                    ✕
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, doc, texts, differs }) => (
              <tr key={name} className={differs && !alone ? styles.differs : ''}>
                <th scope="row" title={doc}>
                  {name}
                </th>
                {indexes.map((index, place) => (
                  <td key={index} className="mono">
                    {texts[place] === '' ? '–' : texts[place]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length === 0 && cells !== undefined && !alone ? (
          <p className={styles.second}>They are alike in every field.</p>
        ) : null}
      </div>
    </section>
  );
}
