# Firstline's launcher for Windows: the one fixed text that runs there. Everything that varies comes on standard input: first
# its key, which it answers with HELLO on both streams; then one item a line: a letter, then base64 of its UTF-8 bytes. Nothing that is read is ever parsed as PowerShell. It runs one
# request and ends. Items and marks are those of launch.sh, but for
#
#   P program    Q its arguments as one command line, quoted by the sender    S script: its bytes; its file's path comes next
#   R arguments after the script's path    I bytes for standard input
$ErrorActionPreference = "Stop"
$out = [Console]::OpenStandardOutput()
$err = [Console]::OpenStandardError()
$n = ""
function Mark([IO.Stream]$to, [string]$words) {
    $bytes = [Text.Encoding]::ASCII.GetBytes([string][char]30 + "FIRSTLINE " + $n + " " + $words + "`n")
    $to.Write($bytes, 0, $bytes.Length)
    $to.Flush()
}
function Fail([string]$word) {
    Mark $out ("FAIL " + $word)
    exit 126
}
$n = [Console]::In.ReadLine()
Mark $out "HELLO"
Mark $err "HELLO"
$info = New-Object Diagnostics.ProcessStartInfo
$info.UseShellExecute = $false
$info.RedirectStandardInput = $true
$place = $null
$script = $null
$arguments = ""
$after = ""
$given = New-Object byte[] 0
$background = $false
while (($line = [Console]::In.ReadLine()) -ne $null -and $line -ne "G") {
    if ($line.Length -eq 0) { continue }
    $bytes = [Convert]::FromBase64String($line.Substring(1))
    $text = [Text.Encoding]::UTF8.GetString($bytes)
    switch -CaseSensitive ($line.Substring(0, 1)) {
        "N" { $n = $text }
        "D" {
            if (-not [IO.Directory]::Exists($text)) { Fail "directory" }
            $info.WorkingDirectory = $text
        }
        "E" {
            $cut = $text.IndexOf("=")
            $info.EnvironmentVariables[$text.Substring(0, $cut)] = $text.Substring($cut + 1)
        }
        "W" {
            $place = [IO.Path]::Combine([IO.Path]::GetTempPath(), "firstline." + $n)
            try {
                [void][IO.Directory]::CreateDirectory($place)
                $output = [IO.Path]::Combine($place, "output")
                [IO.File]::WriteAllBytes($output, (New-Object byte[] 0))
            } catch { Fail "workspace" }
            $info.EnvironmentVariables["FIRSTLINE_OUTPUT"] = $output
        }
        "P" { $info.FileName = $text }
        "Q" { $arguments = $text }
        "R" { $after = $text }
        "S" {
            $script = [IO.Path]::Combine($place, "script.ps1")
            try { [IO.File]::WriteAllBytes($script, $bytes) } catch { Fail "workspace" }
        }
        "I" { $given = $bytes }
        "F" { $background = $true }
    }
}
if ($script -ne $null) { $arguments = $arguments + ' "' + $script + '" ' + $after }
$info.Arguments = $arguments.Trim()
try { $process = [Diagnostics.Process]::Start($info) } catch { Fail "program" }
Mark $out ("START " + $process.Id)
$code = 0
if (-not $background) {
    try { $process.StandardInput.BaseStream.Write($given, 0, $given.Length) } catch { }
    try { $process.StandardInput.Close() } catch { }
    $process.WaitForExit()
    $code = $process.ExitCode
}
if ($place -ne $null -and -not $background) {
    Mark $out "OUTPUT"
    $left = 1048577
    $buffer = New-Object byte[] 65536
    $file = [IO.File]::OpenRead($output)
    while ($left -gt 0 -and ($count = $file.Read($buffer, 0, [Math]::Min($left, $buffer.Length))) -gt 0) {
        $out.Write($buffer, 0, $count)
        $left -= $count
    }
    $file.Close()
    try { [IO.Directory]::Delete($place, $true) } catch { }
}
Mark $out ("END " + $code)
Mark $err ("END " + $code)
