package exchange

import (
	"context"

	"plenary/internal/core"
	"plenary/internal/forum/papers"
	"plenary/internal/forum/people"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
)

// papers are those of the edition with all who signed them; their texts come with the
// other documents. A public package holds what was published: a draft that everybody may
// read is still a draft.
func (c *collector) papers(ctx context.Context) error {
	list, err := c.list(ctx, "SELECT id FROM papers WHERE edition = ?", c.set.ID)
	if err != nil {
		return err
	}
	if err := c.take(ctx, papers.Shelf, list); err != nil {
		return err
	}
	c.forget("papers", "session", c.have("sessions"))
	if c.all {
		return nil
	}
	c.drop("papers", func(r record.Row) bool { return !papers.Policies[0].Can("see", str(r, "state"), core.RoleVisitor) })
	c.within("paper_endorsements", "paper", c.have("papers"))
	return nil
}

// papersWith keeps those papers that are only a link or whose text is in the package.
func (c *collector) papersWith(docs ids) {
	c.drop("papers", func(r record.Row) bool { d := idOf(r, "document"); return d != "" && !docs[d] })
	c.within("paper_endorsements", "paper", c.have("papers"))
}

// paperRelations are the tables of papers and their signatures.
var paperRelations = []relation{
	{name: "papers", key: []string{"id"}, edition: "scope", since: 2, columns: []column{
		id("id"), must("scope", "editions"), one("kind", papers.Kinds...), must("edition", "editions"), maybe("body", "bodies"), maybe("session", "sessions"),
		maybe("document", "documents"), text("url").such(addressOrNone), text("file").here(), words("title"), text("by_words"), maybe("person", "people"),
		maybe("organisation", "organisations"), truth("unofficial"), text("licence"), date("day"),
		one("state", papers.StateDraft, papers.StatePublished, papers.StateFinal), truth("open_draft"), truth("with_brackets"),
		instant("endorse_from").orNull(), instant("endorse_until").orNull(), text("endorse_zone").such(zoneOrNone), instant("created"),
		instant("published").orNull(), instant("finalised").orNull(), version,
	}},
	{name: "paper_endorsements", key: []string{"id"}, since: 2, columns: []column{
		id("id"), must("paper", "papers"), text("account").here(), must("person", "people"), maybe("organisation", "organisations"), value[people.Snapshot]("snapshot"),
		words("org_name"), code("stakeholder", vocab.Groups), truth("entitled"), integer("revision"),
		one("state", papers.Signed, papers.Followed, papers.Withdrawn, papers.Disputed), words("reservation"), text("para"), text("lang").such(langOrNone).kept(),
		prose("reason"), maybe("acted_by", "people").kept(), instant("signed"), instant("ended").orNull(), version,
	}},
}
