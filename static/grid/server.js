// Asking the server: JSON both ways, refusals as sentences, a lost connection told apart from a refusal.

export class Lost extends Error {} // no answer: nothing is known of what became of it

export class Refused extends Error {
  constructor(status, answer) {
    super(answer.sentence || `服务器没有接受（${status}），请稍后再试。`);
    this.status = status;
    this.kind = answer.kind || "";
    this.answer = answer;
  }
}

export class Server {
  // `own` are the columns that the county has added, as this page shows them: rows come in its order, whatever has been
  // added, moved or retired since.
  constructor(base, token, who, own) {
    this.own = own.join(",");
    this.base = base;
    this.token = token;
    this.who = who;
  }

  // What `path` answers to `body`. Throws Refused or Lost.
  async ask(path, body) {
    return this.read(await this.answer(path, body));
  }

  // The file that `path` makes of `body`. Throws as `ask` does.
  async file(path, body) {
    const answer = await this.answer(path, body);
    return answer.blob().catch(() => { throw new Lost(); });
  }

  // A token grown old is renewed once.
  async answer(path, body, again = true) {
    const answer = await this.send(path, body);
    if (answer.ok) return answer;
    const told = await answer.json().catch(() => ({}));
    if (told.kind === "CSRFError" && again) {
      await this.renew();
      return this.answer(path, body, false);
    }
    if ([502, 503, 504].includes(answer.status)) throw new Lost();
    throw new Refused(answer.status, told);
  }

  async send(path, body, options = {}) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": this.token, "X-Own-Columns": this.own };
    try {
      return await fetch(this.base + path, { method: "POST", headers, body: JSON.stringify(body), ...options });
    } catch {
      throw new Lost();
    }
  }

  async read(answer) {
    try {
      return await answer.json();
    } catch {
      throw new Lost(); // cut off in the middle, or a page that is not ours
    }
  }

  // What somebody typed is not saved in another's name.
  async renew() {
    const answer = await fetch(this.base + "token", { headers: { "Content-Type": "application/json" } }).catch(() => null);
    if (!answer?.ok) throw new Lost();
    const { token, who } = await this.read(answer);
    if (who !== this.who) throw new Refused(403, { sentence: "现在登录的是另一个账号，没有保存的内容不会以它的名义保存；请换回原来的账号" });
    this.token = token;
  }
}

// A name for one gesture that no other gesture has; works without https, where crypto.randomUUID is missing.
export function newToken() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
