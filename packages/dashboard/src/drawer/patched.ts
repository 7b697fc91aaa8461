import type { Alongside } from '../data/act.ts';
import type { Details } from './drawer.selection.ts';

/** The customer as it will be when an act is done. */
export function patched(customer: Details, { changeId, fields }: Parameters<Alongside['patch']>[0]): Details {
  const { primaryContact, ...ofChange } = fields;
  const { communicationOwner, communicationOwnerSource } = ofChange;
  return {
    ...customer,
    association: {
      ...customer.association,
      ...(communicationOwner && { communicationOwner }),
      ...(communicationOwnerSource && { communicationOwnerSource }),
      ...(primaryContact !== undefined && { primaryContact }),
    },
    contractChanges: {
      ...customer.contractChanges,
      nodes: customer.contractChanges.nodes.map((change) =>
        changeId === undefined || change.id === changeId ? ({ ...change, ...ofChange } as typeof change) : change,
      ),
    },
  };
}
