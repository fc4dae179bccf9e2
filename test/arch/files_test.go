package arch

import (
	"bytes"
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Lengths of Go files, in lines.
const (
	longest      = 500
	long         = 400 // past this a file wants to be two
	longAllowed  = 5
	medianAtMost = 200
)

var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// fileLengths holds the lengths. The report names the files that want to be two.
func fileLengths(tr *tree) (out []finding, report []string) {
	var lengths []int
	var over []string
	for _, name := range tr.goFiles() {
		text := tr.read(name)
		if generated.Match(text) {
			continue
		}
		n := bytes.Count(text, []byte("\n"))
		lengths = append(lengths, n)
		if n > long {
			over = append(over, fmt.Sprintf("%s: %d lines", name, n))
		}
		if n > longest {
			out = append(out, finding{name, 0, fmt.Sprintf("%d lines, at most %d", n, longest)})
		}
	}
	if len(lengths) == 0 {
		return out, nil
	}
	slices.Sort(lengths)
	median := lengths[len(lengths)/2]
	if median > medianAtMost {
		out = append(out, finding{"median", 0, fmt.Sprintf("half of the files have %d lines or more, at most %d", median, medianAtMost)})
	}
	if len(over) > longAllowed {
		out = append(out, finding{"long files", 0, fmt.Sprintf("%d files have more than %d lines, at most %d:\n\t%s",
			len(over), long, longAllowed, strings.Join(over, "\n\t"))})
	}
	return out, append(over, fmt.Sprintf("%d files, median %d lines", len(lengths), median))
}

// clockUse holds that only the clock takes the system's time. What measures the real
// time of tests is free.
func clockUse(tr *tree) []finding {
	var out []finding
	for _, name := range tr.goFiles() {
		if name == "internal/core/clock.go" || isTest(name) || within(name, "test") || within(name, "internal/testkit") {
			continue
		}
		file := tr.parse(name)
		if file == nil {
			continue
		}
		local := importName(file, "time")
		if local == "" {
			continue
		}
		if local == "." {
			out = append(out, finding{name, 0, "imports time with a dot, which hides who takes the time"})
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == local && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
				out = append(out, tr.at(sel.Pos(), "time.%s: ask the clock of internal/core", sel.Sel.Name))
			}
			return true
		})
	}
	return out
}

// importName is the name under which a file knows a package, empty when it does not
// import it.
func importName(file *ast.File, pkg string) string {
	for _, imp := range file.Imports {
		if imp.Path.Value == `"`+pkg+`"` {
			if imp.Name != nil {
				return imp.Name.Name
			}
			return lastName(pkg)
		}
	}
	return ""
}

var majorVersion = regexp.MustCompile(`/v[0-9]+$`)

// lastName is the name a package most likely has: pgx for github.com/jackc/pgx/v5.
func lastName(pkg string) string { return path.Base(majorVersion.ReplaceAllString(pkg, "")) }

// machinePath is an absolute path that exists on one person's machine only. The words
// stand apart here so that the rule does not find itself.
var machinePath = regexp.MustCompile(`(?:^|[^\w./~<-])(/(?:` +
	strings.Join([]string{"home", "root", "Users", "work", "farm", "workspace", "workspaces"}, "|") +
	`)/[\w.@-]+|[A-Z]:\\Users\\\w+)`)

// machinePaths holds that no file tells on whose machine it was written.
func machinePaths(tr *tree) []finding {
	var out []finding
	for _, name := range tr.files {
		text := tr.read(name)
		if bytes.IndexByte(text, 0) >= 0 || strings.HasSuffix(name, ".min.js") || strings.HasSuffix(name, "go.sum") {
			continue
		}
		for i, line := range bytes.Split(text, []byte("\n")) {
			if m := machinePath.FindSubmatch(line); m != nil {
				out = append(out, finding{name, i + 1, fmt.Sprintf("path of a machine: %s", m[1])})
			}
		}
	}
	return out
}
