// Package web holds what the server shows besides the rooms' own pages: layout,
// components, styles, scripts and the catalogues in six languages.
package web

import (
	"embed"
	"io/fs"
)

//go:embed templates/*.html assets locales/*.toml
var files embed.FS

// Templates are layout, components and pages that belong to no room.
func Templates() fs.FS { return sub("templates") }

// Assets are the files below /assets/.
func Assets() fs.FS { return sub("assets") }

// Locales are the catalogues: ROOM.LANG.toml.
func Locales() fs.FS { return sub("locales") }

func sub(dir string) fs.FS {
	f, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // the folders are embedded above
	}
	return f
}
