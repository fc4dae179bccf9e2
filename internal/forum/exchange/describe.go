package exchange

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
)

// Format is the form of a package. When the meaning of a table or column changes, or
// one goes or comes, the number rises.
const Format = 1

// What a package holds.
const (
	holdsPublic = "public" // what everybody may see
	holdsAll    = "all"    // everything of the edition
)

// The files of a package that are not tables.
const (
	descriptorFile = "datapackage.json"
	readmeFile     = "README.md"
	dataFolder     = "data/"
	csvFolder      = "csv/"
)

// descriptor is datapackage.json: a Frictionless Data Package, with what Plenary must
// know beside.
type descriptor struct {
	Profile     string     `json:"profile"`
	Name        string     `json:"name"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	Plenary     ownPart    `json:"plenary"`
	Resources   []resource `json:"resources"`
}

// ownPart is what Plenary says of a package.
type ownPart struct {
	Format  int     `json:"format"`
	Edition core.ID `json:"edition"`
	Slug    string  `json:"slug"`
	Holds   string  `json:"holds"`
}

type resource struct {
	Name      string  `json:"name"`
	Path      string  `json:"path"`
	Profile   string  `json:"profile"`
	Format    string  `json:"format"`
	MediaType string  `json:"mediatype"`
	Encoding  string  `json:"encoding"`
	Bytes     int     `json:"bytes"`
	Hash      string  `json:"hash"`
	Schema    *schema `json:"schema,omitempty"`
}

type schema struct {
	Fields        []field      `json:"fields"`
	PrimaryKey    []string     `json:"primaryKey,omitempty"`
	ForeignKeys   []foreignKey `json:"foreignKeys,omitempty"`
	MissingValues []string     `json:"missingValues"`
}

type field struct {
	Name        string       `json:"name"`
	Type        string       `json:"type"`
	Format      string       `json:"format,omitempty"`
	Description string       `json:"description,omitempty"`
	Constraints *constraints `json:"constraints,omitempty"`
}

type constraints struct {
	Required bool     `json:"required,omitempty"`
	Enum     []string `json:"enum,omitempty"`
}

type foreignKey struct {
	Fields    string    `json:"fields"`
	Reference reference `json:"reference"`
}

type reference struct {
	Resource string `json:"resource"`
	Fields   string `json:"fields"`
}

// schemaOf describes a table to programs that read data packages.
func schemaOf(r *relation) *schema {
	s := &schema{PrimaryKey: r.key, MissingValues: []string{""}}
	for i := range r.columns {
		c := &r.columns[i]
		f := field{Name: c.name, Type: "string"}
		var say []string
		switch c.sort {
		case isInteger:
			f.Type = "integer"
		case isTruth:
			f.Type = "boolean"
		case isInstant:
			f.Type, f.Format = "datetime", "any"
		case isJSON:
			f.Type, f.Format = "any", ""
		default:
		}
		if c.words != "" {
			say = append(say, "Code of the vocabulary "+c.words+".")
		}
		if c.local {
			say = append(say, "Always empty: it names something of one installation.")
		}
		if c.secret {
			say = append(say, "Empty in a public package.")
		}
		f.Description = strings.Join(say, " ")
		if need := c.filled && !c.null; need || len(c.choice) > 0 {
			f.Constraints = &constraints{Required: need, Enum: slices.DeleteFunc(slices.Clone(c.choice), func(s string) bool { return s == "" })}
		}
		s.Fields = append(s.Fields, f)
		// What may name a row of two tables is no foreign key of this format.
		if to := relationNamed(c.ref); to != nil {
			s.ForeignKeys = append(s.ForeignKeys, foreignKey{c.name, reference{to.name, "id"}})
		}
	}
	return s
}

// describe makes the descriptor of a package from its files.
func describe(own ownPart, title string, files []file) ([]byte, error) {
	d := descriptor{
		Profile: "data-package", Name: "edition-" + own.Slug, Title: title, Plenary: own,
		Description: "Everything that everybody may see of this edition of the forum. Another Plenary makes the same edition of it.",
	}
	if own.Holds == holdsAll {
		d.Description = "Everything of this edition of the forum, drafts and private persons among it. Not for publication. Another Plenary makes the same edition of it."
	}
	for _, f := range files {
		res := resource{
			Name: f.name, Path: f.path, Encoding: "utf-8", Bytes: len(f.bytes), Hash: "sha256:" + hashOf(f.bytes),
			Profile: "tabular-data-resource", Format: "json", MediaType: "application/json",
		}
		if f.table != nil {
			res.Schema = schemaOf(f.table)
		} else {
			res.Format, res.MediaType = "csv", "text/csv"
			res.Schema = &schema{MissingValues: []string{""}}
			for _, name := range f.head {
				res.Schema.Fields = append(res.Schema.Fields, field{Name: name, Type: "string"})
			}
		}
		d.Resources = append(d.Resources, res)
	}
	b, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		return nil, fmt.Errorf("describe package: %w", err)
	}
	return append(b, '\n'), nil
}

// readme says what is in a package, in English: it stands in the file, whoever reads it.
func readme(own ownPart, title string, files []file) []byte {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	say("# %s: data package\n", title)
	if own.Holds == holdsAll {
		say("This package holds **everything** of the edition `%s`: drafts, private persons and\ninternal fields too. Do not publish it.\n", own.Slug)
	} else {
		say("This package holds what everybody may see of the edition `%s`.\n", own.Slug)
	}
	say("It was made by Plenary, in format %d. `datapackage.json` describes every file and column\nas a Frictionless Data Package (https://specs.frictionlessdata.io/data-package/).\n", own.Format)
	say("## What is in it\n")
	say("`data/*.json`: one table per file, one row per line. Times are UTC (RFC 3339); texts\nin several languages are `{\"orig\": language it was written in, \"by\": {language: text}}`.\n")
	say("| file | rows |\n|---|---|")
	for _, f := range files {
		if f.table != nil {
			say("| `%s` | %d |", f.path, f.rows)
		}
	}
	say("\n`csv/*.csv`: the same for spreadsheets, in English where there is English: sessions,\nthe people in their roles, Messages, figures. They are made from the tables and are not\nread when the package is brought in.\n")
	say("`files/`: attached files. An edition has none in this format.\n")
	say("## What is not in it\n")
	if own.Holds == holdsAll {
		say("- Accounts, mail and the record of who did what when; who took over the writing of a\n  report, and the reminders that were sent.\n- `document_revisions.author_account` is empty: accounts belong to one installation.")
	} else {
		say("- Drafts of sessions, reports and Messages; revisions that were never published; notes\n  that belong to them.\n" +
			"- Persons who have no public role, and roles and seats that they hold.\n" +
			"- Names that a person no longer bears; affiliations and links that she does not show.\n" +
			"- Accounts, mail and the record of who did what when.\n" +
			"- These columns are there and empty: `people.gender`, `people.source`,\n  `organisations.source`, `reports.saved`, `document_revisions.author_account`.")
	}
	say("- Sessions of other editions: `data/other_sessions.json` names those to which a relation leads.\n")
	say("## Licence and attribution\n")
	say("Each text names its licence in the column `licence` of `data/documents.json`; where it\nnames none, ask the forum that published it. When you use the data, name the forum and\nthe edition, and say which of them you changed. Names of persons are there because of\ntheir public roles; do not use them for anything else.\n")
	say("## How to bring it into another Plenary\n")
	say("On the page `/import-package`, signed in as the secretariat, or on the machine:\n\n    plenary import %s-package.zip\n", own.Slug)
	say("The edition comes with the same ids. Persons, organisations and bodies that are there\nalready stay as they are, and what differs is told. All of it is taken in, or nothing.")
	return []byte(b.String())
}
