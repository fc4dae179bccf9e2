package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"plenary/internal/core"
)

// OpenAPI is the description of the JSON API, as it is committed.
func (a *App) OpenAPI() ([]byte, error) {
	b, err := a.API.OpenAPI().MarshalJSON()
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	if err := json.Indent(&buf, b, "", " "); err != nil {
		return nil, err
	}
	buf.WriteByte('\n')
	return buf.Bytes(), nil
}

// PermissionMatrix prints every policy as role × action × state: the golden file that
// a change of rights shows up in.
func (a *App) PermissionMatrix() []byte {
	var b strings.Builder
	b.WriteString("# Who may do what\n\nGenerated from the policies that the services ask (`make generate`). " +
		"A state is named where the answer is yes; `yes` means in every state.\n")
	for _, p := range a.Policies() {
		fmt.Fprintf(&b, "\n## %s\n\n| action |", p.Subject)
		for _, r := range core.AllRoles {
			fmt.Fprintf(&b, " %s |", r)
		}
		b.WriteString("\n|---|" + strings.Repeat("---|", len(core.AllRoles)) + "\n")
		for _, action := range p.Actions() {
			fmt.Fprintf(&b, "| %s |", action)
			for _, r := range core.AllRoles {
				var in []string
				for _, st := range p.States {
					if p.Can(action, st, r) {
						in = append(in, st)
					}
				}
				switch {
				case len(in) == 0:
					b.WriteString("  |")
				case len(in) == len(p.States):
					b.WriteString(" yes |")
				default:
					b.WriteString(" " + strings.Join(in, ", ") + " |")
				}
			}
			b.WriteString("\n")
		}
	}
	return []byte(b.String())
}
