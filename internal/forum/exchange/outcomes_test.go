package exchange_test

import (
	"fmt"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/papers"
)

func (s *stage) count(query string, args ...any) int {
	s.t.Helper()
	var n int
	s.ok(s.DB.Read.NewRaw(query, args...).Scan(s.t.Context(), &n))
	return n
}

// one reads an id.
func (s *stage) one(query string, args ...any) core.ID {
	s.t.Helper()
	var id core.ID
	s.ok(s.DB.Read.NewRaw(query+" LIMIT 1", args...).Scan(s.t.Context(), &id))
	return id
}

// voters are the accounts of all who voted.
func (s *stage) voters() []string {
	s.t.Helper()
	var out []string
	s.ok(s.DB.Read.NewRaw("SELECT DISTINCT account FROM opinion_votes").Scan(s.t.Context(), &out))
	return out
}

func (s *stage) id() string { return string(s.Record.IDs.New()) }

func said(text string) string { return `{"by":{"en":"` + text + `"},"orig":"en"}` }

// outcomes adds to the papers, reviews, polls and the ledger of the demo what tells
// public from private: every column that not everybody may read gets words of its own.
func (s *stage) outcomes(set *editions.Setting, x *rich) {
	s.t.Helper()
	s.secretPapers(set, x)
	s.secretComments(x)
	s.secretVotes(set)
	s.secretAnswers(set, x)
}

func (s *stage) paper(edition core.ID, title, text string, open bool) papers.Paper {
	s.t.Helper()
	p, err := s.Papers.Add(s.t.Context(), staff, papers.Place{Edition: edition}, papers.Input{
		Kind: papers.TrackOutput, Title: words(title), Text: words(text), Day: "2026-01-02", OpenDraft: open,
	})
	s.ok(err)
	return p
}

func (s *stage) publish(p papers.Paper) papers.Paper {
	s.t.Helper()
	p, err := s.Papers.Publish(s.t.Context(), staff, p.ID, papers.PublishInput{Version: p.Version})
	s.ok(err)
	return p
}

func (s *stage) secretPapers(set *editions.Setting, x *rich) {
	s.t.Helper()
	s.paper(set.ID, "zzdraftpaper", "zzdraftpaper", false)
	s.paper(set.ID, "zzopendraft", "zzopendraft", true)
	p := s.publish(s.paper(set.ID, "A paper that is rewritten", "What was published.", false))
	_, err := s.Papers.Edit(s.t.Context(), staff, p.ID, papers.Input{
		Version: p.Version, Kind: p.Kind, Title: p.Title, Text: words("zzpaperdraft"), Day: p.Day,
	}, false)
	s.ok(err)
	s.exec("UPDATE papers SET file = 'zzhash-paper', person = ? WHERE id = ?", x.hidden.ID, p.ID)
	joint := s.one("SELECT id FROM papers WHERE kind = 'joint' AND state <> 'draft'")
	for n, who := range []core.ID{x.quiet.ID, x.hidden.ID} {
		s.exec(`INSERT INTO paper_endorsements (id, paper, account, person, snapshot, org_name, revision, state, reservation, lang, reason, acted_by, signed)
			VALUES (?, ?, ?, ?, ?, '{}', 1, 'disputed', '{}', 'fr', 'A doubt', ?, 1767225600000000)`,
			s.id(), joint, fmt.Sprint("zzsigner-", n), who, `{"name":"`+[]string{"Stille Person", "Verborgene Person"}[n]+`"}`, x.hidden.ID)
	}
}

func (s *stage) secretComments(x *rich) {
	s.t.Helper()
	var list []struct {
		ID           core.ID `bun:"id"`
		Consultation core.ID `bun:"consultation"`
	}
	s.ok(s.DB.Read.NewRaw("SELECT id, consultation FROM comments WHERE disposition = '' AND state = 'live' ORDER BY id LIMIT 4").Scan(s.t.Context(), &list))
	if len(list) < 4 {
		s.t.Fatal("the demo has no comments that wait for an answer")
	}
	for n, state := range []string{"hidden", "withdrawn"} {
		w := "zz" + state
		s.exec(`UPDATE comments SET state = ?, account = 'zzaccount', body = ?, proposal = ?, name = ?, organisation = ?, quote = ?, quote_before = ?, quote_after = ?,
			from_rune = 1, to_rune = 3, word = 'not-satisfied', word_why = ?, person = ? WHERE id = ?`,
			state, w+"body", w+"proposal", w+"name", w+"org", w+"quote", w+"before", w+"after", w+"why", x.quiet.ID, list[n].ID)
	}
	drafted, live := list[2].ID, list[3].ID
	s.exec("UPDATE comments SET disposition = 'accepted', reason = ?, disposed = 1767225600000000, disposed_by = ?, assignee = 'zzassignee' WHERE id = ?", said("zzdrafted"), x.quiet.ID, drafted)
	s.exec("INSERT INTO comment_changes (comment, revision, para, sentence) VALUES (?, 1, 'p1', 77)", drafted)
	s.exec("UPDATE comments SET person = ?, account = 'zzaccount' WHERE id = ?", x.hidden.ID, live)
	s.exec("INSERT INTO comment_notes (comment, note) VALUES (?, 'zznote')", live)
	s.exec("INSERT INTO comment_supports (comment, account, created) VALUES (?, 'zzsupporter', 1)", live)
	s.exec(`INSERT INTO comment_acts (id, consultation, comment, kind, rule, role, account, person, reason, appeal, appealed, answer, outcome, answered, answered_by, created)
		VALUES (?, ?, ?, 'hidden', 'respect', 'secretariat', 'zzmoderator', ?, 'A public reason', 'An appeal', 1, 'An answer', 'kept', 2, 'zzjudge', 1)`,
		s.id(), list[0].Consultation, list[0].ID, x.hidden.ID)
	s.exec("INSERT INTO disposition_reasons (id, consultation, reason) VALUES (?, ?, ?)", s.id(), list[0].Consultation, said("zzkeptreason"))
	s.exec(`INSERT INTO consultation_challenges (id, consultation, number, account, name, grp, lang, body, answer, created)
		VALUES (?, ?, 1, 'zzaccount', 'A commenter', 'civil-society', 'en', 'A challenge', '{}', 1)`, s.id(), list[0].Consultation)
	s.exec(`INSERT INTO mailed_comments (token, consultation, message, email, name, lang, subject, body, file_name, file, created, expires)
		VALUES ('zztoken', ?, 'zzmailed-id', 'zz@mail.example', 'zzmailed name', 'en', 'zzmailed subject', 'zzmailed body', 'zzmailed.csv', 'zzmailedfile', 1, 2)`, list[0].Consultation)
	doc := s.one("SELECT document FROM consultations WHERE id = ?", list[0].Consultation)
	s.exec("INSERT INTO own_changes (document, revision, para, sentence, reason) VALUES (?, 1, 'p1', 1, ?)", doc, said("Our own reason"))
}

func (s *stage) secretVotes(set *editions.Setting) {
	s.t.Helper()
	poll := s.one("SELECT id FROM opinion_polls WHERE scope = ?", set.ID)
	s.exec("UPDATE opinion_polls SET salt = 'zzsalt', next = next + 2 WHERE id = ?", poll)
	s.exec("UPDATE opinion_statements SET author = 'zzauthor', reason = 'zzrejection of none' WHERE poll = ? AND number = 2", poll)
	for n, state := range []string{"waiting", "rejected"} {
		s.exec("INSERT INTO opinion_statements (id, poll, number, body, author, state, reason, created) VALUES (?, ?, ?, ?, 'zzauthor', ?, 'zzrejection', 1)",
			s.id(), poll, 15+n, said("zz"+state), state)
	}
	s.exec("INSERT INTO opinion_votes (poll, account, statement, vote) VALUES (?, 'zzvoter', 1, 1), (?, 'zzvoter', 16, 1)", poll, poll)
	for ref, name := range map[string]string{"few": "A poll of few", "zzunpublished": "zzunpublished"} {
		id := s.id()
		s.exec(`INSERT INTO opinion_polls (id, ref, scope, title, about, published, opens, closes, zone, salt, next, created)
			VALUES (?, ?, ?, ?, '{}', ?, 1767225600000000, 1767312000000000, 'UTC', 'zzsalt', 2, 1)`, id, ref, set.ID, said(name), ref == "few")
		s.exec("INSERT INTO opinion_statements (id, poll, number, body, state, created) VALUES (?, ?, 1, ?, 'accepted', 1)", s.id(), id, said(name))
		for v := range 9 {
			s.exec("INSERT INTO opinion_votes (poll, account, statement, vote) VALUES (?, ?, 1, 1)", id, fmt.Sprint("zzvoter-", v))
		}
	}
}

func (s *stage) secretAnswers(set *editions.Setting, x *rich) {
	s.t.Helper()
	org := s.one("SELECT organisation FROM ledger_commitments WHERE edition = ?", set.ID)
	call := s.one("SELECT id FROM ledger_calls WHERE edition = ? AND state = 'open'", set.ID)
	claimed, update := s.id(), s.id()
	s.exec(`INSERT INTO ledger_commitments (id, ledger_call, organisation, kind, state, edition, words, said, account, person, made, updated)
		VALUES (?, ?, ?, 'commitment', 'claimed', ?, ?, '2026-01-02', 'zzspeaker', ?, 1, 1)`, claimed, call, org, set.ID, said("zzclaimed"), x.hidden.ID)
	s.exec("INSERT INTO ledger_updates (id, commitment, state, words, account, person, at) VALUES (?, ?, 'claimed', ?, 'zzspeaker', ?, 1)", update, claimed, said("zzclaimed"), x.hidden.ID)
	s.exec("INSERT INTO ledger_evidence (id, owner, subject, position, title, hash, at) VALUES (?, ?, ?, 0, 'zzproof', 'zzhash', 1)", s.id(), update, claimed)
	known := s.one("SELECT id FROM ledger_commitments WHERE confirmed IS NOT NULL AND edition = ?", set.ID)
	s.exec("UPDATE ledger_commitments SET account = 'zzspeaker', person = ?, asked_due = '2099-09-09' WHERE id = ?", x.hidden.ID, known)
	s.exec("UPDATE ledger_updates SET account = 'zzspeaker', person = ? WHERE commitment = ?", x.hidden.ID, known)
	s.exec("UPDATE ledger_evidence SET hash = 'zzhash-2' WHERE subject = ?", known)
	s.exec("INSERT INTO ledger_flags (id, commitment, reason, account, person, at) VALUES (?, ?, 'A public doubt', 'zzdoubter', ?, 1)", s.id(), known, x.hidden.ID)
	s.exec("UPDATE ledger_calls SET asked = 4058294400000000 WHERE id = ?", call) // 2098-08-08
	delivery := s.one("SELECT id FROM ledger_deliveries")
	s.exec("INSERT INTO ledger_evidence (id, owner, subject, position, title, hash, at) VALUES (?, ?, '', 0, 'A receipt', 'zzhash-4', 1)", s.id(), delivery)
	reference := s.one("SELECT reference FROM ledger_citations")
	s.exec("INSERT INTO ledger_evidence (id, owner, subject, position, title, hash, at) VALUES (?, ?, '', 0, 'A kept copy', 'zzhash-3', 1)", s.id(), reference)

	// What leads to the edition before: a published text and one that is not, and a call.
	older := s.publish(s.paper(x.older.Edition, "An output of the year before", "We ask for it.", false))
	draft := s.paper(x.older.Edition, "zzfardraft", "Not yet.", false)
	ours := s.one("SELECT document FROM ledger_calls WHERE id = ?", call)
	for _, from := range []papers.Paper{older, draft} {
		s.exec("INSERT INTO ledger_derivations (id, later, earlier, at) VALUES (?, ?, ?, 1)", s.id(), string(ours)+"#p1", string(from.Document)+"#p1")
	}
	far := s.id()
	s.exec(`INSERT INTO ledger_calls (id, ref, document, source, edition, words, to_codes, called, state)
		VALUES (?, ?, ?, 'paper', ?, ?, '[]', 1, 'open')`, far, string(older.Document)+"#p1", older.Document, x.older.Edition, said("Our later call"))
	s.exec("UPDATE ledger_calls SET state = 'superseded', superseded_by = ? WHERE id = ?", far, call)
}
