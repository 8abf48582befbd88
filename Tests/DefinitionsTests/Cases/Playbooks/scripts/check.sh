#!/bin/sh
echo "${NOT_OURS}"
