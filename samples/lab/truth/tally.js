// Counting by key: how often, and how many different people.

export class Tally {
  #cells = new Map();

  add(key, person) {
    const cell = this.#cells.get(key) ?? { count: 0, people: new Set() };
    cell.count += 1;
    cell.people.add(person);
    this.#cells.set(key, cell);
  }

  rows() {
    return [...this.#cells].sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, { count, people }]) => ({ key: key.split('\t'), count, people: people.size }));
  }
}
