return await Colonnade.Host.Commands.CommandLine.Run(args);
