import { useTexts } from '../text/language.ts';
import { Dialog } from '../ui/dialog.tsx';
import { keysTexts } from './keys.texts.ts';

/** The keys that do something, as keys.ts has them. */
export function KeysDialog({ onClose }: { onClose: () => void }) {
  const text = useTexts(keysTexts);
  const groups = [
    {
      title: text.anywhere,
      keys: [
        [['/'], text.search],
        [['↵', '↓'], text.toRows],
        [['F6'], text.regions],
        [['Ctrl Z'], text.undo],
        [['?'], text.help],
        [['Esc'], text.escape],
      ],
    },
    {
      title: text.inRows,
      keys: [
        [['↓', '↑', 'J', 'K'], text.move],
        [['X'], text.tick],
        [['↵'], text.open],
        [['O'], text.owner],
        [['C'], text.contact],
        [['M'], text.more],
      ],
    },
  ] as const;
  return (
    <Dialog title={text.title} onClose={onClose} closeLabel={text.close}>
      {groups.map(({ title, keys }) => (
        <section key={title}>
          <h3>{title}</h3>
          <dl className="keys-list">
            {keys.map(([names, does]) => (
              <div key={does}>
                <dt>
                  {names.map((name) => (
                    <kbd key={name}>{name}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
