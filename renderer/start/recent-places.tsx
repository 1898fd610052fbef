/** Places that were used before, each to be used again or forgotten. */
import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { RecentPlace } from '../../src-core/contract-places.ts';
import { ask } from '../store/session.ts';
import { IconButton } from '../ui/button.tsx';
import styles from './start.module.css';

export interface Places {
  readonly places: readonly RecentPlace[];
  forget(place: RecentPlace): void;
}

export function usePlaces(kind: RecentPlace['kind']): Places {
  const [places, setPlaces] = useState<readonly RecentPlace[]>([]);
  useEffect(() => {
    let isOver = false;
    void ask('places', {}).then((found) => {
      if (!isOver) setPlaces(found?.filter((place) => place.kind === kind) ?? []);
    });
    return () => {
      isOver = true;
    };
  }, [kind]);
  const forget = (place: RecentPlace) => {
    setPlaces((known) => known.filter((each) => each !== place));
    void ask('forgetPlace', { kind, target: place.target });
  };
  return { places, forget };
}

interface RowProps {
  readonly place: RecentPlace;
  readonly onChoose: () => void;
  readonly onForget: () => void;
}

export function PlaceRow({ place, onChoose, onForget }: RowProps) {
  const { target, isFollowed } = place;
  return (
    <li>
      <button type="button" className={styles.recentButton} onClick={onChoose}>
        <span className={`${styles.recentPath} mono`} title={target}>
          {/* cut at its start: the end tells files apart */}
          <bdi>{target}</bdi>
        </span>
        <span className={styles.second}>
          {isFollowed === true ? 'used before, followed' : 'used before'}
        </span>
      </button>
      <IconButton label={`Forget ${target}`} icon={<X />} onClick={onForget} />
    </li>
  );
}
