#!/usr/bin/env node
'use strict';
require('../dist/verifier/main.js');
