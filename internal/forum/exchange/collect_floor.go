package exchange

import (
	"context"

	"plenary/internal/core"
	"plenary/internal/forum/floor"
	"plenary/internal/platform/record"
)

// spoken are the transcripts and recordings of the sessions of the package, with every
// revision: what was once shown stays readable elsewhere too. A public package holds
// those that everybody may see.
func (c *collector) spoken(ctx context.Context) error {
	sessions := columnIDs(c.rows, "sessions", "id")
	if err := c.take(ctx, floor.Shelf, sessions); err != nil {
		return err
	}
	if err := c.take(ctx, floor.RecordingShelf, sessions); err != nil {
		return err
	}
	c.drop("recordings", func(r record.Row) bool { return str(r, "file") != "" || yes(r, "withdrawn") && !c.all }) // a package carries no files
	if c.all {
		return nil
	}
	open := ids{}
	c.drop("transcripts", func(r record.Row) bool {
		if !floor.Policy.Can("see", str(r, "state"), core.RoleVisitor) {
			return true
		}
		open.add(idOf(r, "id"))
		return false
	})
	closed := func(r record.Row) bool { return !open[idOf(r, "transcript")] }
	c.drop("transcript_segments", closed)
	c.drop("transcript_speakers", closed)
	return nil
}

// speakers are the persons who spoke, and who corrected what was written down.
func (c *collector) speakers() []core.ID {
	var out []core.ID
	for _, r := range c.rows["transcript_segments"] {
		if p := idOf(r, "person"); p.Valid() {
			out = append(out, p)
		}
	}
	out = append(out, columnIDs(c.rows, "transcript_segments", "by_person")...)
	return append(out, columnIDs(c.rows, "transcript_speakers", "person")...)
}

// unnamed takes out of transcripts those persons who are not in the package.
func (c *collector) unnamed(known ids) {
	for _, r := range c.rows["transcript_segments"] {
		if p := idOf(r, "person"); p.Valid() && !known[p] {
			r["person"] = ""
		}
		if !known[idOf(r, "by_person")] {
			r["by_person"] = ""
		}
	}
	for _, r := range c.rows["transcript_speakers"] {
		if !known[idOf(r, "person")] {
			r["person"] = ""
		}
	}
}

// floorRelations are the tables of transcripts and recordings.
var floorRelations = []relation{
	{name: "transcripts", key: []string{"id"}, unique: [][]string{{"session", "language"}}, edition: "edition", columns: []column{
		id("id"), must("edition", "editions"), must("session", "sessions"), text("language").must(), truth("original"), one("source", floor.Sources...),
		text("licence"), instant("zero").orNull(), truth("estimated"), one("state", floor.StatePublished, floor.StateWithheld), text("format"),
		text("file").here(), text("file_name").here(), instant("created"), instant("updated"), version,
	}},
	{name: "transcript_segments", key: []string{"id", "revision"}, columns: []column{
		id("id"), integer("revision"), must("transcript", "transcripts"), truth("newest"), truth("withdrawn"), integer("position"), integer("starts"), integer("ends"),
		text("anchor").must(), text("speaker"), text("person").such(personOrNone), prose("said"), truth("final"),
		one("cause", floor.CauseImport, floor.CauseCorrection, floor.CauseWithdrawal, floor.CauseRestore, floor.CauseRenewal), prose("reason"), instant("at"),
		maybe("by_person", "people"), text("by_program"),
	}},
	{name: "transcript_speakers", key: []string{"transcript", "label"}, columns: []column{
		must("transcript", "transcripts"), text("label").must(), maybe("person", "people"),
	}},
	{name: "recordings", key: []string{"id"}, edition: "edition", columns: []column{
		id("id"), must("edition", "editions"), must("session", "sessions"), integer("position"), words("label"), text("url").such(core.WebAddress), one("media", "", "audio", "video"),
		text("language"), text("licence"), integer("zero_at"), truth("withdrawn"), instant("created"), version,
		text("file").here(), text("file_name").here(), integer("file_size").here(),
	}},
}

// personOrNone: who said a segment, apart from what its label says; "-" is nobody.
func personOrNone(s string) bool { return s == "" || s == "-" || core.ID(s).Valid() }
