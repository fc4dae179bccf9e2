package exchange

import (
	"encoding/json"
	"strconv"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/papers"
	"plenary/internal/forum/people"
	"plenary/internal/forum/reports"
	"plenary/internal/platform/record"
)

// This file takes out of a package what not everybody may see. What is public is
// decided by the policies of the rooms.

// publishedOnly keeps published revisions of texts that are about something in the
// package; no trace is left of what is being written.
func (c *collector) publishedOnly() {
	subjects := ids{c.set.ID: true}
	subjects.add(columnIDs(c.rows, "sessions", "id")...)
	subjects.add(columnIDs(c.rows, "papers", "id")...)
	docs := ids{}
	c.drop("documents", func(r record.Row) bool {
		published := num(r, "published_revision") > 0 && documents.Policy.Can("see", string(documents.StatePublished), core.RoleVisitor)
		about := idOf(r, "subject")
		if !published || about != "" && !subjects[about] {
			return true
		}
		docs.add(idOf(r, "id"))
		return false
	})
	c.drop("reports", func(r record.Row) bool {
		return !docs[idOf(r, "document")] || !reports.Policies[0].Can("see", str(r, "state"), core.RoleVisitor)
	})
	// The card of a session is public with its reports; notes are nobody's business.
	reported := ids{}
	reported.add(columnIDs(c.rows, "reports", "session")...)
	c.drop("report_cards", func(r record.Row) bool { return !reported[idOf(r, "session")] })
	c.drop("report_notes", func(record.Row) bool { return true })
	c.drop("report_remarks", func(record.Row) bool { return true })
	for _, r := range c.rows["reports"] {
		r["unsaid"] = false
	}
	c.drop("message_sets", func(r record.Row) bool {
		return !docs[idOf(r, "document")] || !messages.Policies[0].Can("see", str(r, "state"), core.RoleVisitor)
	})
	c.papersWith(docs)
	// The text of a report, a paper or of Messages stands with it, or not at all.
	owned := ids{}
	owned.add(columnIDs(c.rows, "papers", "document")...)
	owned.add(columnIDs(c.rows, "reports", "document")...)
	owned.add(columnIDs(c.rows, "message_sets", "document")...)
	c.drop("documents", func(r record.Row) bool {
		kind := str(r, "kind")
		return (kind == "report" || kind == "messages" || kind == papers.DocumentKind) && !owned[idOf(r, "id")]
	})
	docs = ids{}
	docs.add(columnIDs(c.rows, "documents", "id")...)
	revisions, of := ids{}, map[core.ID]core.ID{}
	c.drop("document_revisions", func(r record.Row) bool {
		if !docs[idOf(r, "document")] || str(r, "state") != string(documents.StatePublished) {
			return true
		}
		revisions.add(idOf(r, "id"))
		of[idOf(r, "id")] = idOf(r, "document")
		return false
	})
	last := map[core.ID]int64{}
	for _, r := range c.rows["document_paragraphs"] {
		if doc := of[idOf(r, "revision")]; doc != "" {
			last[doc] = max(last[doc], paraNumber(str(r, "para")))
		}
	}
	for _, r := range c.rows["documents"] {
		r["head_revision"] = r["published_revision"]
		r["next_para"] = last[idOf(r, "id")] + 1
	}
	inDraft := func(r record.Row) bool { return !revisions[idOf(r, "revision")] }
	c.drop("document_paragraphs", inDraft)
	c.drop("document_sources", inDraft)
}

// paraNumber is the number in the name of a paragraph: 7 of "p7".
func paraNumber(para string) int64 {
	n, err := strconv.ParseInt(strings.TrimPrefix(para, "p"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// publicPersonsOnly keeps persons whom everybody may see, with what they show.
func (c *collector) publicPersonsOnly() {
	kept, quiet := ids{}, ids{}
	names := map[core.ID][]string{}
	c.drop("people", func(r record.Row) bool {
		p := personOf(r)
		if p.MergedInto != "" || !people.Can(core.Visitor, "see", p) {
			return true
		}
		kept.add(p.ID)
		if !people.Can(core.Visitor, "see_private", p) {
			if !p.ShowAffiliations {
				quiet.add(p.ID)
			}
			if !p.ShowContact {
				r["links"] = json.RawMessage("[]")
			}
		}
		names[p.ID] = []string{core.Fold(p.Name), core.Fold(p.Given + " " + p.Family)}
		for _, n := range p.Names.By {
			names[p.ID] = append(names[p.ID], core.Fold(n))
		}
		return false
	})
	c.drop("person_names", func(r record.Row) bool { // a name that she no longer bears is not public
		for _, n := range names[idOf(r, "person")] {
			if n == str(r, "name_key") {
				return false
			}
		}
		return true
	})
	c.drop("affiliations", func(r record.Row) bool { return !kept[idOf(r, "person")] || quiet[idOf(r, "person")] })
	private := func(r record.Row) bool { p := idOf(r, "person"); return p != "" && !kept[p] }
	c.drop("session_roles", private)
	c.drop("body_seats", private)
}

func personOf(r record.Row) people.Person {
	return people.Person{
		ID: idOf(r, "id"), Name: str(r, "name"), Given: str(r, "given"), Family: str(r, "family"), Names: in[core.Text](r, "names"),
		Public: yes(r, "public"), ShowAffiliations: yes(r, "show_affiliations"), ShowContact: yes(r, "show_contact"), MergedInto: idOf(r, "merged_into"),
	}
}
