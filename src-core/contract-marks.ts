/** Marks and notes of the user's, kept in the capture. Types only. */
import type { UserMark } from './capture/entry.ts';
import type { Nothing } from './contract-nothing.ts';
import type { Ns } from './units.ts';

export interface MarkRequests {
  /** By time. */
  /** `edits` changes nothing of the answer: a view that counts its own changes asks again. */
  marks: { params: { readonly edits?: number }; result: readonly UserMark[] };
  /** At a point when `toNs` is absent. */
  addMark: {
    params: {
      readonly fromNs: Ns;
      readonly toNs?: Ns;
      readonly text?: string;
      readonly colour?: number;
    };
    result: { readonly id: number };
  };
  /** Absent members stay as they are. */
  editMark: {
    params: { readonly id: number } & Partial<Omit<UserMark, 'id'>>;
    result: Nothing;
  };
  removeMark: { params: { readonly id: number }; result: Nothing };
}
