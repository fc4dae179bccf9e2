package arch

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// rooms are the rooms of internal/forum in the order in which a year flows through
// them. A room may import only rooms above it.
var rooms = []string{
	"vocab", "people", "documents", "bodies", "editions", "calls", "proposals", "topics", "review", "selection", "programme", "agenda", "timetable", "meetings",
	"participation", "conduct", "attendance", "badges", "support", "floor", "papers", "reports", "messages", "consultations", "opinions", "ledger",
	"lists", "figures", "secretariat", "archive", "exchange", "hooks", "find", "mine", "health", "setup",
}

// mayImport says which zones the code of a zone may use. Tests of a package may use
// testkit as well.
var mayImport = map[string][]string{
	"migrations": {},
	"web":        {},
	"core":       {"core"},
	"formats":    {"core", "formats"},
	"solve":      {"core", "solve"},
	"platform":   {"core", "platform", "migrations", "web"},
	"forum":      {"core", "platform", "forum", "formats", "solve"},
	"app":        {"core", "platform", "forum", "formats", "solve", "migrations", "web", "app"},
	"cmd":        {"core", "platform", "forum", "formats", "solve", "migrations", "web", "app", "cmd"},
	"testkit":    {"core", "platform", "migrations", "testkit", "web"},
	"test":       {"core", "platform", "forum", "formats", "solve", "migrations", "web", "app", "cmd", "testkit", "test"},
}

// importRules holds core <- platform <- forum <- app <- cmd, formats and solve on core
// alone, and the order of the rooms. Tests in a package of their own (name_test) look
// from outside and may use what they like.
func importRules(tr *tree) []finding {
	var out []finding
	for _, name := range tr.goFiles() {
		file := tr.parse(name)
		from := placeOf(path.Dir(name))
		if from.zone == "" {
			out = append(out, finding{name, 0, "the plan of the house has no place for this folder"})
			continue
		}
		if from.zone == "forum" && !slices.Contains(rooms, from.room) {
			out = append(out, finding{name, 0, fmt.Sprintf("room %q is not in the order of the rooms", from.room)})
			continue
		}
		if file == nil || isTest(name) && strings.HasSuffix(file.Name.Name, "_test") {
			continue
		}
		for _, imp := range file.Imports {
			target, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				continue
			}
			folder, ours := strings.CutPrefix(target, module+"/")
			if !ours {
				continue
			}
			to := placeOf(folder)
			switch {
			case isTest(name) && to.zone == "testkit":
			case !slices.Contains(mayImport[from.zone], to.zone):
				out = append(out, tr.at(imp.Pos(), "%s may not import %s", from, to))
			case from.zone == "forum" && to.zone == "forum" && above(from.room, to.room):
				out = append(out, tr.at(imp.Pos(), "%s may not import %s, which comes later in the year", from, to))
			}
		}
	}
	return out
}

// above tells whether room a comes before room b in the order.
func above(a, b string) bool { return slices.Index(rooms, a) < slices.Index(rooms, b) }
